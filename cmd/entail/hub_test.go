package main

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/entail-dev/entail/internal/testkit"
)

// hubKey is where a script keeps its Hub.
type hubKey struct{}

// scriptHub is the Hub of one script, and how many of its requests were
// counted already.
type scriptHub struct {
	t       testing.TB
	hub     *testkit.Hub
	counted int
}

// hub gives a script a fake Hub:
//
//	hub start FILE            with the repositories of a JSON file, and HF_ENDPOINT set to it
//	hub add FILE              puts more on it, or others in the place of those
//	hub limit BUCKET N TIME   holds it to N requests in a window of so long
//	hub asked N               wants that many requests since the last such line
//	hub stop                  takes it off the network
func hub(ts *testscript.TestScript, neg bool, args []string) {
	own := ts.Value(hubKey{}).(*scriptHub)
	if neg || len(args) == 0 || own.hub == nil && args[0] != "start" {
		ts.Fatalf("usage: hub start FILE, then hub add|limit|asked|stop")
	}
	switch args[0] {
	case "start", "add":
		var repos []testkit.HubRepo
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &repos))
		if args[0] == "add" {
			own.hub.Add(repos...)
			return
		}
		own.hub = testkit.NewHub(own.t, repos...)
		ts.Setenv("HF_ENDPOINT", own.hub.URL())
	case "limit":
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		window, err := time.ParseDuration(args[3])
		ts.Check(err)
		own.hub.Limit(args[1], testkit.HubLimit{Quota: n, Window: window})
	case "asked":
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		all := own.hub.Requests()
		if got := len(all) - own.counted; got != n {
			var paths []string
			for _, r := range all[own.counted:] {
				paths = append(paths, r.Path)
			}
			ts.Fatalf("%d requests, want %d:\n%s", got, n, strings.Join(paths, "\n"))
		}
		own.counted = len(all)
	case "stop":
		own.hub.Close()
	default:
		ts.Fatalf("hub %s: no such command", args[0])
	}
}
