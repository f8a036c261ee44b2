package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/render"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

const reachLong = `Asks one question: can FROM reach TO with this protocol and port, there and
back? Prints the verdict, the way there and back with what decided at each hop,
and every reason why not.

A source or destination is an ID (eni-…, i-…), an ARN, a name, an address, a
CIDR, internet, service:s3, tag:Key=Value, subnet:ID or sg:ID. Several -n make
one network; where they tell of the same resource, the later wins.

A service is reached at what its name resolves to in the source's VPC; the names
session-manager and ecr stand for all that those tasks need. The policies on the
way, of VPC endpoints and resources, are asked about the request that
--principal, --action and --resource describe; what they say stands beside the
verdict.

Exit status: 0 reachable; 1 blocked, partial, or denied by a policy; 2 wrong
usage, or an input that cannot be read; 3 indeterminate.`

func (p *program) reachCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "reach -n PATH --from SOURCE --to DESTINATION [--protocol P] [--port N]",
		Short: "Ask whether one thing can reach another",
		Long:  reachLong,
		Example: `  vpcwalk reach -n plan.yaml --from web --to db --port 5432
  vpcwalk reach -n ./describe/ --from internet --to i-0abc --port 443 -o json
  vpcwalk reach -n plan.yaml --from web --to 10.0.3.7 --protocol icmp
  vpcwalk reach -n plan.yaml --from web --to service:s3 --action s3:GetObject --resource arn:aws:s3:::logs/a`,
		Args: noArguments,
	}
	paths := networkFlag(cmd, networkUsage)
	q := addQuestionFlags(cmd)
	established := cmd.Flags().Bool("established", false, "ask what becomes of a connection that stands when the network turns into that of --after")
	after := cmd.Flags().StringArray("after", nil, "the `NETWORK` after the change, for --established: a path like --network's")
	output := outputFlag(cmd, formatText, formatJSON)
	cmd.RunE = func(*cobra.Command, []string) error {
		question, err := q.question()
		if err != nil {
			return err
		}
		if *established != (len(*after) > 0) {
			return usagef("--established and --after belong together: give the network that a connection stands in with -n, and what it turns into with --after")
		}
		return p.reach(*paths, *after, question, output.value)
	}
	return cmd
}

func (p *program) reach(paths, after []string, q model.Question, format string) error {
	before, err := p.compile(paths, format)
	if err != nil {
		return err
	}
	var a *sim.Answer
	if len(after) == 0 {
		a, err = before.Ask(q)
	} else {
		var changed *sim.Engine
		if changed, err = p.compile(after, format); err != nil {
			return err
		}
		a, err = before.Established(q, changed)
	}
	if err != nil {
		return nameFlag(q, err)
	}
	switch format {
	case formatText:
		err = render.AnswerText(p.stdout, a, p.textOptions(p.stdout))
	case formatJSON:
		err = render.AnswerJSON(p.stdout, a)
	default:
		panic("reach: format " + format)
	}
	if err != nil {
		return err
	}
	if a.Authorization.Decision == model.AuthorizationDenied {
		return status(exitNegative)
	}
	return verdictStatus(a.Verdict)
}

// compile loads a network. What AWS would refuse about it deserves a word, and
// does not stop the answer.
func (p *program) compile(paths []string, format string) (*sim.Engine, error) {
	n, err := p.load(paths, format)
	if err != nil {
		return nil, err
	}
	if err := p.report(append(n.Validate(), sim.CheckPolicies(n)...), format); err != nil {
		return nil, err
	}
	return sim.Compile(n), nil
}

// nameFlag says which flag has the text that selects nothing, or too much.
func nameFlag(q model.Question, err error) error {
	var wrong *model.SelectError
	switch {
	case !errors.As(err, &wrong):
		return err
	case wrong.Text == q.From:
		return fmt.Errorf("--from: %w", err)
	case wrong.Text == q.To:
		return fmt.Errorf("--to: %w", err)
	}
	return err
}

func verdictStatus(v model.Verdict) error {
	switch v {
	case model.Reachable:
		return nil
	case model.Blocked, model.Partial:
		return status(exitNegative)
	case model.Indeterminate:
		return status(exitIndeterminate)
	}
	panic(fmt.Sprintf("verdict %d", uint8(v)))
}
