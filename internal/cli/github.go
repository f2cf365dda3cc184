package cli

import (
	"github.com/entail-dev/entail/internal/source/github"
)

// github is GitHub as the environment has it, with the host of an Enterprise
// server where that names one.
func (c *Command) github() (s *github.Source, host string, err error) {
	servers := github.ServersFromEnv(c.Getenv)
	s, err = github.New(github.Config{Servers: servers, UserAgent: "entail/" + c.Version})
	if err != nil {
		return nil, "", usageError("correct GITHUB_API_URL, ENTAIL_GITHUB_API_URL, GH_HOST or the token", "use GitHub: %w", err)
	}
	return s, servers[len(servers)-1].Host, nil
}
