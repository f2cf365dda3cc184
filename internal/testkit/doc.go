// Package testkit is what entail's tests share: fakes of the services that it
// talks to, on loopback and scripted by data; golden files; and the way to the
// corpus of real texts. Nothing that is shipped imports it.
//
// The fakes answer as the real services do, quirks included, so that a client
// that passes here is one that has met them. They refuse to be kinder.
package testkit
