package cli

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/policy"
	"github.com/entail-dev/entail/internal/report"
)

// explainFlags are the flags of explain.
type explainFlags struct {
	format, color string
	list          bool
	policies      []string
}

func (c *Command) explainCommand() *cobra.Command {
	var flags explainFlags
	cmd := &cobra.Command{
		Use:   "explain LICENSE|RULE | explain --list",
		Short: "What a licence permits and asks, clause by clause; what a rule says",
		Long: `explain shows what the catalogue knows of a licence: its terms with their
clauses, what they reach, and what to do before a derivative is released. Given
the id of a rule, it shows what the rule looks for and on what it rests.

--list names every licence and every rule.`,
		Example: `  entail explain llama3.1
  entail explain "Apache 2.0"
  entail explain lineage/dropped-restriction
  entail explain custom/house/commercial-use --policy policies
  entail explain --list`,
		Args: atMostOne("licence or rule"),
		RunE: func(cmd *cobra.Command, args []string) error { return c.explain(cmd.Context(), flags, args) },
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			licenses, engine, err := loadPolicies(cmd.Context(), flags.policies...)
			if err != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			return append(licenses.Keys(), ruleIDs(engine)...), cobra.ShellCompDirectiveNoFileComp
		},
	}
	f := cmd.Flags()
	choiceFlag(cmd, &flags.format, "format", "format", textOrJSON)
	choiceFlag(cmd, &flags.color, "color", "colour", colors)
	policyFlag(f, &flags.policies)
	f.BoolVar(&flags.list, "list", false, "list every licence and every rule")
	return cmd
}

func (c *Command) explain(ctx context.Context, flags explainFlags, args []string) error {
	if err := oneOf("explain", "format", flags.format, textOrJSON); err != nil {
		return err
	}
	if err := oneOf("explain", "color", flags.color, colors); err != nil {
		return err
	}
	if flags.list != (len(args) == 0) {
		return usageError("entail explain llama3.1, or entail explain --list", "explain wants one licence or rule, or --list")
	}
	licenses, engine, err := loadPolicies(ctx, flags.policies...)
	if err != nil {
		return err
	}
	look := c.look(flags.color, nil)
	if flags.list {
		err = report.WriteList(c.Stdout, flags.format, explainAll(licenses), ruleInfos(engine), look)
	} else if rule, ok := findRule(engine, args[0]); ok {
		err = report.WriteRule(c.Stdout, flags.format, rule, look)
	} else if _, unknown := licenseKey(licenses, args[0]); unknown != nil && strings.Contains(args[0], "/") {
		return unknownName("rule", args[0], ruleIDs(engine))
	} else {
		var explained *model.Explanation
		if explained, err = explainLicense(ctx, licenses, engine, args[0]); err != nil {
			return err
		}
		err = report.WriteExplanation(c.Stdout, flags.format, explained, look)
	}
	if err != nil {
		return undecided("check that the output can be written", "%w", err)
	}
	return nil
}

// explainLicense puts together what the catalogue says of a licence and what
// the rules make of it.
func explainLicense(ctx context.Context, licenses *catalog.Catalog, engine *policy.Engine, name string) (*model.Explanation, error) {
	key, err := licenseKey(licenses, name)
	if err != nil {
		return nil, err
	}
	entry, _ := licenses.License(key)
	explained := explanation(licenses, entry)
	if err := engine.Ask(ctx, &explained.Checklist, "entail", "explain", "checklist", key); err != nil {
		return nil, undecided("", "explain %s: %w", key, err)
	}
	return explained, nil
}

func explanation(licenses *catalog.Catalog, e catalog.Entry) *model.Explanation {
	explained := &model.Explanation{
		File: e.File, Replaces: e.Replaces,
		Key: e.Key, Name: e.Name, Version: e.Version, Family: e.Family, Class: e.Class, Members: e.Members,
		OSIApproved: e.OSIApproved, Released: e.Released, Source: e.Source, Status: e.Status, Notes: e.Notes,
		Derivatives: e.Relicensing.Derivatives, DerivativesClause: e.Relicensing.Clause,
		DerivativesBecause: e.Relicensing.Because,
		Terms:              []model.ExplainedTerm{}, Checklist: []string{},
	}
	for _, term := range e.Terms {
		title, effect := licenses.Kind(term.Kind)
		explained.Terms = append(explained.Terms, model.ExplainedTerm{
			LicenseTerm: model.LicenseTerm{
				Term: term.Kind, License: e.Key, Clause: term.Clause,
				Summary: term.Summary, Parameters: term.Parameters,
			},
			Title: title, Effect: effect, Flows: term.Flows,
		})
	}
	return explained
}

func explainAll(licenses *catalog.Catalog) []*model.Explanation {
	var all []*model.Explanation
	for _, key := range licenses.Keys() {
		entry, _ := licenses.License(key)
		all = append(all, explanation(licenses, entry))
	}
	return all
}

func ruleInfos(engine *policy.Engine) []model.RuleInfo {
	var all []model.RuleInfo
	for _, r := range engine.Rules() {
		file := "policies/" + r.File
		if r.Own {
			file = r.File
		}
		all = append(all, model.RuleInfo{
			ID: r.ID, Title: cmp.Or(r.Title, r.ID), Description: r.Description, Level: r.Level, Refs: append([]string{}, r.Refs...),
			EffectiveOn: r.EffectiveOn, Requirement: r.Requirement, File: file,
		})
	}
	return all
}

func ruleIDs(engine *policy.Engine) []string {
	var ids []string
	for _, r := range engine.Rules() {
		ids = append(ids, r.ID)
	}
	return ids
}

func findRule(engine *policy.Engine, id string) (model.RuleInfo, bool) {
	for _, r := range ruleInfos(engine) {
		if r.ID == id {
			return r, true
		}
	}
	return model.RuleInfo{}, false
}
