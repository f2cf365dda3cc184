package report

import (
	"fmt"
	"io"
	"time"

	"github.com/entail-dev/entail/internal/model"
)

// WriteBench writes how long rules take, as text or json.
func WriteBench(w io.Writer, format string, bench *model.RuleBench, options Options) error {
	if format == "json" {
		return writeIndented(w, bench)
	}
	t := newText(w, options)
	fmt.Fprintf(t, "%s, %s\n\n", plural(len(bench.Rules), "rule"), plural(bench.Inputs, "input"))
	fmt.Fprintf(t, "%s\n", t.paint("  per input  share  rule, alone and with what it asks", dim))
	for _, one := range bench.Rules {
		if one.Failed != "" {
			fmt.Fprintf(t, "     failed      -  %s: %s\n", t.paint(Plain(one.Rule), bold), Plain(one.Failed))
			continue
		}
		fmt.Fprintf(t, "%11s %4.0f %%  %s  %s\n", time.Duration(one.Nanoseconds).Round(time.Microsecond), 100*one.Share,
			t.paint(Plain(one.Rule), bold), t.paint(fmt.Sprintf("%s:%d", Plain(one.File), one.Line), dim))
	}
	if len(bench.Lines) > 0 {
		fmt.Fprintf(t, "\n%s\n", t.paint("evaluations  share  line, without what it asks", dim))
	}
	for _, one := range bench.Lines {
		fmt.Fprintf(t, "%11d %4.0f %%  %s:%d  %s\n", one.Evaluations, 100*one.Share, Plain(one.File), one.Line, Plain(one.Text))
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write times: %w", err)
	}
	return nil
}
