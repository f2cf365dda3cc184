package policy

import "time"

// SetLimits tightens what a user's rules may take, so that a test of one that
// takes too much is soon over.
func (e *Engine) SetLimits(one time.Duration, memory uint64) {
	e.limits.time, e.limits.memory = one, memory
	e.limits.all = 100 * one
}

// Apart holds once a user's rules are asked one by one.
func (e *Engine) Apart() bool { return e.apart.Load() }
