package policy

import (
	"hash/maphash"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// memo keeps, from one evaluation to the next, what rules give that read no
// input: a function of licences gives the same for every release. OPA keeps such
// values for one evaluation; here they stay as long as the engine does.
//
// Only our own rules are kept, and only values of evaluations that ended without
// an error: OPA keeps the first value of a rule before it knows that there is no
// second.
type memo struct {
	pure   *pathTree
	shards [memoShards]memoShard
}

const (
	memoShards = 16
	// memoTerms is how many terms the values and arguments have that a shard
	// keeps in each of its two halves; a term takes some 50 to 100 bytes. When
	// the newer half is full it becomes the older one, whose values are dropped.
	memoTerms = 1 << 16
	// largestEntry is how many terms a value and its arguments may have.
	largestEntry = memoTerms / 16
)

type memoShard struct {
	mu         sync.RWMutex
	newer, old map[uint64][]memoEntry
	terms      int
}

type memoEntry struct {
	ref ast.Ref
	// value is nil for a rule that is undefined.
	value *ast.Term
}

func newMemo(compiler *ast.Compiler) *memo { return &memo{pure: pureRules(compiler)} }

func (m *memo) get(ref ast.Ref) (value *ast.Term, ok bool) {
	hash := hashOf(ref)
	shard := &m.shards[hash%memoShards]
	shard.mu.RLock()
	entry, ok := find(shard.newer[hash], ref)
	var older bool
	if !ok {
		entry, older = find(shard.old[hash], ref)
	}
	shard.mu.RUnlock()
	if older {
		m.put(entry)
	}
	return entry.value, ok || older
}

func find(entries []memoEntry, ref ast.Ref) (memoEntry, bool) {
	for _, entry := range entries {
		if entry.ref.Equal(ref) {
			return entry, true
		}
	}
	return memoEntry{}, false
}

// put keeps an entry, if it is not so large that it would crowd out the others.
func (m *memo) put(entry memoEntry) {
	terms, fits := entry.settle()
	if !fits {
		return
	}
	hash := hashOf(entry.ref)
	shard := &m.shards[hash%memoShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if _, ok := find(shard.newer[hash], entry.ref); ok {
		return
	}
	if shard.newer == nil || shard.terms+terms > memoTerms {
		shard.newer, shard.old, shard.terms = map[uint64][]memoEntry{}, shard.newer, 0
	}
	shard.newer[hash] = append(shard.newer[hash], entry)
	shard.terms += terms
}

// seed differs from run to run, so that no input is made to collide.
var seed = maphash.MakeSeed()

func hashOf(ref ast.Ref) uint64 {
	var hash maphash.Hash
	hash.SetSeed(seed)
	for _, term := range ref {
		maphash.WriteComparable(&hash, term.Hash())
	}
	return hash.Sum64()
}

// settle makes an entry ready to be read by all, and counts its terms.
func (e memoEntry) settle() (terms int, fits bool) {
	left := largestEntry
	settle(e.value, &left)
	for _, term := range e.ref {
		settle(term, &left)
	}
	return largestEntry - left, left >= 0
}

// apart is an entry that holds on to nothing else: a term that was part of an
// input keeps the whole input in memory.
func (e memoEntry) apart() memoEntry {
	apart := memoEntry{ref: e.ref.Copy()}
	if e.value != nil {
		apart.value = e.value.Copy()
	}
	return apart
}

// settle takes the terms of a value off what is left, and has its sets and
// objects sort their keys, which they else do when they are first asked to, so
// that goroutines can read them side by side. It ends where nothing is left: in
// a value that has its parts many times over, they may be more than there are
// seconds.
func settle(term *ast.Term, left *int) {
	*left--
	if term == nil || *left < 0 {
		return
	}
	switch value := term.Value.(type) {
	case ast.Set:
		for _, one := range value.Slice() {
			if settle(one, left); *left < 0 {
				return
			}
		}
	case ast.Object:
		value.Until(func(key, one *ast.Term) bool {
			settle(key, left)
			settle(one, left)
			return *left < 0
		})
	case *ast.Array:
		value.Until(func(one *ast.Term) bool {
			settle(one, left)
			return *left < 0
		})
	}
}

// cache is what one evaluation keeps: values that hang on its input by itself,
// and the others from the memo.
type cache struct {
	topdown.VirtualCache
	memo *memo
	// within is how many `with` are in force, under which data may be another.
	within int
	found  []memoEntry
}

func (m *memo) cache() *cache {
	return &cache{VirtualCache: topdown.NewVirtualCache(), memo: m}
}

// Push notes that a `with` comes into force.
func (c *cache) Push() {
	c.within++
	c.VirtualCache.Push()
}

// Pop notes that the last `with` is over.
func (c *cache) Pop() {
	c.within--
	c.VirtualCache.Pop()
}

// Get gives what is known of a rule, or of a function with its arguments: nil,
// and undefined where it is known to have no value.
func (c *cache) Get(ref ast.Ref) (value *ast.Term, undefined bool) {
	if value, undefined = c.VirtualCache.Get(ref); value != nil || undefined || !c.shared(ref) {
		return value, undefined
	}
	value, ok := c.memo.get(ref)
	return value, ok && value == nil
}

// Put takes note of a value; nil is that of a rule that is undefined.
func (c *cache) Put(ref ast.Ref, value *ast.Term) {
	c.VirtualCache.Put(ref, value)
	if c.shared(ref) {
		c.found = append(c.found, memoEntry{ref: append(ast.Ref{}, ref...), value: value})
	}
}

func (c *cache) shared(ref ast.Ref) bool {
	return c.within == 0 && c.memo.pure.holds(ref)
}

// keep adds what an evaluation found that ended well.
func (c *cache) keep() {
	for _, entry := range c.found {
		if _, fits := entry.settle(); fits {
			c.memo.put(entry.apart())
		}
	}
	c.found = nil
}
