package github

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	gh "github.com/google/go-github/v62/github"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// maxTrees bounds how many trees are asked for where GitHub cuts a list short.
// A caller without a token has sixty requests an hour.
const maxTrees = 24

// Modes of Git's that tell what an entry is.
const (
	modeLink = "120000"
	typeBlob = "blob"
	typeTree = "tree"
)

// entry is one entry of a tree.
type entry struct {
	sha, mode, kind string
	size            int64
}

// list reads the tree of the commit, and makes the list of files of it.
func (r *repo) list(ctx context.Context) *failure {
	r.entries = map[string]entry{}
	cut, f := r.addTree(ctx, r.commit, "", true)
	if f != nil {
		return f
	}
	if cut {
		if f := r.listSlowly(ctx); f != nil {
			return f
		}
	}
	if folder := r.at.Folder; folder != "" && r.entries[folder].kind != typeTree {
		return &failure{state: model.NotFound, detail: "GitHub has no such folder in it"}
	}
	r.files = []model.File{}
	for name, one := range r.entries {
		if r.at.Folder != "" {
			var below bool
			if name, below = strings.CutPrefix(name, r.at.Folder+"/"); !below {
				continue
			}
		}
		switch {
		case one.kind == typeTree:
		case one.kind != typeBlob || one.mode == modeLink:
			// A submodule or a link: something of that name is there.
			r.files = append(r.files, model.File{Path: name, Size: -1})
		default:
			r.files = append(r.files, model.File{Path: name, Size: one.size})
		}
	}
	slices.SortFunc(r.files, func(a, b model.File) int { return strings.Compare(a.Path, b.Path) })
	if len(r.files) > source.MaxFiles {
		r.files = r.files[:source.MaxFiles]
		r.gap = fmt.Sprintf("only the first %d files were listed", source.MaxFiles)
	}
	return nil
}

// listSlowly reads folder by folder what GitHub did not give whole: first the
// way to the folder asked for, then what is below it, as far as the bound goes.
func (r *repo) listSlowly(ctx context.Context) *failure {
	r.entries = map[string]entry{}
	asked := 2 // the whole, and the root
	if _, f := r.addTree(ctx, r.commit, "", false); f != nil {
		return f
	}
	at := ""
	for segment := range strings.SplitSeq(r.at.Folder, "/") {
		if segment == "" {
			break
		}
		at = strings.TrimPrefix(at+"/"+segment, "/")
		if r.entries[at].kind != typeTree {
			return nil // the caller says that it is not there
		}
		if asked++; asked > maxTrees {
			return &failure{state: model.Failed, detail: "the folder lies too deep in a repository that GitHub lists in parts"}
		}
		if _, f := r.addTree(ctx, r.entries[at].sha, at+"/", false); f != nil {
			return f
		}
	}
	wanted := r.folders(at)
	for len(wanted) > 0 {
		folder := wanted[0]
		if asked++; asked > maxTrees {
			r.gap = fmt.Sprintf("GitHub lists it in parts, and %d folders were not listed", len(wanted))
			return nil
		}
		cut, f := r.addTree(ctx, r.entries[folder].sha, folder+"/", true)
		if f != nil {
			return f
		}
		wanted = wanted[1:]
		if cut {
			// What came is kept; the folder's own parts are asked for again.
			if asked++; asked > maxTrees {
				r.gap = "GitHub lists it in parts, and not all were listed"
				return nil
			}
			if _, f := r.addTree(ctx, r.entries[folder].sha, folder+"/", false); f != nil {
				return f
			}
			wanted = append(wanted, r.folders(folder)...)
		}
	}
	return nil
}

// folders lists the folders right below one, in the order of their names.
func (r *repo) folders(at string) []string {
	var found []string
	for name, one := range r.entries {
		rest := name
		if at != "" {
			var below bool
			if rest, below = strings.CutPrefix(name, at+"/"); !below {
				continue
			}
		}
		if one.kind == typeTree && !strings.Contains(rest, "/") {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// addTree asks for one tree and enters it below prefix. cut says that GitHub
// left something out.
func (r *repo) addTree(ctx context.Context, sha, prefix string, recursive bool) (cut bool, f *failure) {
	var found *gh.Tree
	f = r.server.ask(ctx, func(ctx context.Context, c *gh.Client) (err error) {
		found, _, err = c.Git.GetTree(ctx, r.at.Owner, r.at.Repo, sha, recursive)
		if err == nil && found.Entries == nil {
			err = errNonsense
		}
		return err
	})
	if f != nil {
		return false, f
	}
	for _, one := range found.Entries {
		name := prefix + one.GetPath()
		if !fs.ValidPath(name) || strings.ContainsAny(name, "\x00\\") || !isObject(one.GetSHA()) {
			continue
		}
		size := int64(-1)
		if one.Size != nil {
			size = int64(one.GetSize())
		}
		r.entries[name] = entry{sha: one.GetSHA(), mode: one.GetMode(), kind: one.GetType(), size: size}
	}
	return found.GetTruncated(), nil
}
