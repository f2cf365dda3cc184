//go:build !unix

package source

import "errors"

// mkfifo has no meaning here.
func mkfifo(string) error { return errors.ErrUnsupported }
