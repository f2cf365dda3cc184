//go:build !linux

package main

// noSocket is for Linux, whose kernel can be told to allow no socket.
func noSocket() { main() }
