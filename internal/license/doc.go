// Package license says which licence a text is, what was changed in it, and
// where. It knows licences by fingerprints alone: no licence's wording is kept
// and none is named in the code. It judges nothing, reaches no network and
// reads no file but those it is given.
//
// # From text to words
//
// Two copies of a licence differ in layout, markup, letter case, quotes, list
// numbers, blanks filled in and who holds the copyright since when. A text is
// read into tokens (words, numbers, ideographs and a few signs) in which none
// of that shows, each with its line: tokens.go, markup.go, statement.go. What
// only might be a list number or a name stays, marked as such, for the
// comparison to decide. Headings, and lines that only say where a text was
// copied from, are in frame.go.
//
// # Fingerprints
//
// A licence is kept as the hashes of every three words in a row, with some
// facts about their places: which tokens may be absent, where the heading ends
// and where the instructions on how to apply it begin. The generator makes them
// of a folder of texts (compile.go, samples.go); keys.tsv says which text has
// which catalogue key. They are embedded, read once (load.go) and indexed by a
// sample of the hashes (fingerprint.go).
//
// # Finding and aligning
//
// The index gives the stretches of a text that may hold a licence
// (instances.go). Those most like each stretch are aligned with it in full, as
// a file comparison would (align.go), and the one that explains most of the
// text with least missing is taken; what is left before and behind it is
// searched again, so that a file with several licences has them all told
// (identify.go).
//
// No licence is named where seven tenths of its own terms are not there, where
// two licences explain the stretch equally well and neither in full, or where
// the heading names another thing or version and more differs than the heading:
// a wrong name is worse than none. Nor is one whose next version the text may
// be (version.go): a changed copy has a few edits, or many small ones, and none
// where a version that is known differs too. The licence that comes nearest is
// then told as a hint.
//
// # When a text counts as modified
//
// Each difference of the alignment is harmless or not (differ.go). Harmless are
// list numbers, copyright statements, filled blanks, a name where licences name
// a holder, a missing heading or missing instructions, and lines that only
// present the text. Any other word more, less or different makes the text
// modified, and its lines are told, as are all lines outside the licences found.
//
// What the text lacks is told by the licence's own numbering, which fingerprints
// keep (parts.go), and lines in another script as what may be a translation
// (script.go). The numbers of pages and the title above them are no change
// (pages.go).
//
// # Notes that name a licence
//
// A short text that holds no licence may name one: by title, by SPDX tag or by
// address (reference.go). It is that licence by reference, unless it says more
// that could change the terms.
//
// # Terms in text of unknown origin
//
// A Finder (clause.go) looks in the lines that no licence explains for terms of
// the vocabulary, sentence by sentence (clauseunits.go), by patterns that are
// data and compile to regular expressions over words (clausepattern.go). It
// finds what they know; what it does not find may still be there.
//
// LicenseFile (files.go) tells licence files by their names, FindPhrase
// (phrase.go) finds a sentence that has to be displayed.
package license
