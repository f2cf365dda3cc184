package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// maxTreeBytes bounds the list of files that git prints.
const maxTreeBytes = 64 << 20

// maxLineBytes bounds an answer of one line.
const maxLineBytes = 64 << 10

// ErrNoCommit: the clone does not hold the commit, as a shallow one may not.
var ErrNoCommit = errors.New("the clone does not hold that commit")

// Commit reads a folder as it was at a commit, from the objects of a clone. It
// runs git, which alone knows every form that objects are kept in, and changes
// nothing.
type Commit struct {
	top, commit, folder, id string
}

// OpenCommit finds, in the clone that a folder belongs to, the same folder as
// it was at a commit. CloneOf says which clone that is; a link that the folder
// is now, or that it lies below, leads nowhere else. The error is ErrNoCommit
// where the folder is in no clone or the clone lacks the commit.
func OpenCommit(ctx context.Context, root, folder, commit string) (*Commit, error) {
	// A name that git could take for an option or an expression is none.
	if !isHex(commit) {
		return nil, fmt.Errorf("read commit %q: want its full name in hexadecimal", commit)
	}
	top, within, ok := CloneOf(root, folder)
	if !ok {
		return nil, fmt.Errorf("read commit %s: %w", commit, ErrNoCommit)
	}
	c := &Commit{top: top, commit: commit, folder: within}
	_, err := c.git(ctx, "", maxLineBytes, "cat-file", "-e", commit+"^{commit}")
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("read commit %s: %w", commit, err)
	case err != nil:
		return nil, fmt.Errorf("read commit %s: %w", commit, ErrNoCommit)
	}
	return c, nil
}

// CloneOf is the top of the clone that a folder lies in, and the folder's path
// from there with slashes, empty for the top itself: the outermost clone within
// root, else the innermost one there is. It goes by how the path is spelled,
// since what lies there may be a link, or a clone within the clone.
func CloneOf(root, folder string) (top, path string, ok bool) {
	root, err := filepath.Abs(root)
	if err != nil {
		return "", "", false
	}
	whole, err := filepath.Abs(folder)
	if err != nil {
		return "", "", false
	}
	dir := whole
	for range maxParents {
		info, err := os.Lstat(filepath.Join(dir, ".git"))
		if err == nil && (info.IsDir() || info.Mode().IsRegular()) && (top == "" || within(root, dir)) {
			top = dir
		}
		if filepath.Dir(dir) == dir {
			break
		}
		dir = filepath.Dir(dir)
	}
	rel, err := filepath.Rel(top, whole)
	if top == "" || err != nil {
		return "", "", false
	}
	if rel == "." {
		rel = ""
	}
	return top, filepath.ToSlash(rel), true
}

// Holds says whether the commit has anything by the folder's name: a folder, a
// link, or the place of another repository.
func (c *Commit) Holds(ctx context.Context) (bool, error) {
	if c.folder == "" {
		return true, nil
	}
	listed, err := c.git(ctx, "", maxLineBytes, "ls-tree", "-z", "--full-tree", c.commit, "--", c.folder)
	if err != nil {
		return false, fmt.Errorf("look for %s at commit %s: %w", c.folder, c.commit, err)
	}
	return len(listed) > 0, nil
}

// isHex says whether s is a commit's full name, by SHA-1 or SHA-256.
func isHex(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

// SetID gives the id under which the folder is published.
func (c *Commit) SetID(id string) { c.id = id }

// Snapshot lists the folder at the commit. Its State is NotFound where there
// was none. Links are listed with size -1 and not followed.
func (c *Commit) Snapshot(ctx context.Context) (*Snapshot, error) {
	s := &Snapshot{
		ID: c.id, Published: c.id != "", Kind: model.Model, Source: "git", Revision: c.commit,
		State: model.Resolved, Files: []model.File{}, FilesKnown: true,
	}
	tree, err := c.tree(ctx)
	if err != nil {
		return nil, fmt.Errorf("find %s at commit %s: %w", orTop(c.folder), c.commit, err)
	}
	var listed []byte
	if tree != "" {
		if listed, err = c.git(ctx, "", maxTreeBytes, "ls-tree", "-r", "-z", "-l", "--full-tree", tree); err != nil {
			return nil, fmt.Errorf("list %s at commit %s: %w", orTop(c.folder), c.commit, err)
		}
	}
	objects := map[string]string{}
	for entry := range bytes.SplitSeq(listed, []byte{0}) {
		file, object, ok := listedFile(string(entry))
		if !ok {
			continue
		}
		if len(s.Files) == MaxFiles {
			s.FilesKnown, s.Detail = false, fmt.Sprintf("only the first %d files were listed", MaxFiles)
			break
		}
		s.Files = append(s.Files, file)
		objects[file.Path] = object
	}
	if len(s.Files) == 0 {
		s.State, s.Detail = model.NotFound, "there was no such folder at commit "+c.commit
	}
	card := cardPath(s.Files)
	s.Read = func(ctx context.Context, name string) ([]byte, error) {
		if name == cardName {
			name = card
		}
		return c.read(ctx, s.ID, name, objects)
	}
	return s, nil
}

func orTop(folder string) string {
	if folder == "" {
		return "the top folder"
	}
	return folder
}

// tree is git's name of the folder, with the links followed that were on its
// way at the commit; empty where there was no such folder.
func (c *Commit) tree(ctx context.Context) (string, error) {
	wanted := c.commit + ":" + c.folder
	if c.folder == "" {
		wanted = c.commit + "^{tree}"
	}
	if strings.ContainsAny(wanted, "\n\x00") {
		return "", nil
	}
	answer, err := c.git(ctx, wanted+"\n", maxLineBytes, "cat-file", "--batch-check", "--follow-symlinks")
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(answer), "\n")
	if field := strings.Fields(line); len(field) == 3 && isHex(field[0]) && field[1] == "tree" {
		return field[0], nil
	}
	return "", nil
}

// listedFile reads one entry of a listing: "mode type object size\tpath".
func listedFile(line string) (file model.File, object string, ok bool) {
	about, name, found := strings.Cut(line, "\t")
	field := strings.Fields(about)
	if !found || len(field) != 4 || field[1] != "blob" {
		return file, "", false
	}
	file = model.File{Path: strings.ToValidUTF8(name, "\uFFFD"), Size: -1}
	if field[0] == "120000" {
		return file, "", true
	}
	if size, err := strconv.ParseInt(field[3], 10, 64); err == nil {
		file.Size = size
	}
	return file, field[2], true
}

func (c *Commit) read(ctx context.Context, id, name string, objects map[string]string) ([]byte, error) {
	fail := func(state model.State, err error) ([]byte, error) {
		return nil, &ReadError{ID: id, Path: name, State: state, Err: err}
	}
	object, there := objects[name]
	switch {
	case !there:
		return fail(model.NotFound, ErrNotExist)
	case object == "":
		return fail(model.Failed, errNotRegular)
	}
	text, err := c.git(ctx, "", MaxFileBytes, "cat-file", "blob", object)
	if err != nil {
		return fail(model.Failed, err)
	}
	return text, nil
}

// git runs git in the clone with this input and returns what it prints, up to
// limit bytes. Nothing that the clone's configuration names is run, and nothing
// is fetched.
func (c *Commit) git(ctx context.Context, input string, limit int64, args ...string) ([]byte, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	safe := []string{"-C", c.top, "--no-pager", "--no-replace-objects", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never"}
	cmd := exec.CommandContext(ctx, "git", append(safe, args...)...)
	cmd.Env = append(cmd.Environ(), "GIT_NO_LAZY_FETCH=1", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_LITERAL_PATHSPECS=1", "LC_ALL=C")
	cmd.Stdin = strings.NewReader(input)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("run git: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("run git: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(out, limit+1))
	if int64(len(text)) > limit {
		cancel()
		_ = cmd.Wait() // killed for saying too much
		return nil, ErrTooLarge
	}
	if waited := cmd.Wait(); waited != nil {
		line, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
		return nil, fmt.Errorf("git %s: %w (%s)", args[0], waited, line)
	}
	return text, err
}
