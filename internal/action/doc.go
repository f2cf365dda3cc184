// Package action speaks to GitHub on behalf of a workflow: it reads the inputs
// of the Action and the event, writes annotations, summary and outputs for the
// runner, keeps one comment on a pull request, and uploads SARIF.
//
// It shows what was decided elsewhere and decides nothing. Text from a release
// is hostile: it reaches the runner by the helpers of this package and of
// package report alone, and never an output or an environment file.
package action
