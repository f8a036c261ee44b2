package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/render"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

const reachLong = `Asks one question: can FROM reach TO with this protocol and port, there and back?
Prints the verdict, the way there and back with what decided at each hop, and
every reason why not.

A source or destination is an ID (eni-…, i-…), an ARN, a name, an address, a
CIDR, internet, service:s3, tag:Key=Value, subnet:ID or sg:ID. Several -n make one
network; where they tell of the same resource, the later wins.

A service is reached at what its name resolves to in the source's VPC; the names
session-manager and ecr stand for all that those tasks need. The policies on the
way, of VPC endpoints and resources, are asked about the request that --principal,
--action and --resource describe; what they say stands beside the verdict.

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
	output := outputFlag(cmd, formatText, formatJSON)
	cmd.RunE = func(*cobra.Command, []string) error {
		question, err := q.question()
		if err != nil {
			return err
		}
		return p.reach(*paths, question, output.value)
	}
	return cmd
}

func (p *program) reach(paths []string, q model.Question, format string) error {
	n, err := p.load(paths, format)
	if err != nil {
		return err
	}
	// What AWS would refuse deserves a word, and does not stop the answer.
	if err := p.report(append(n.Validate(), sim.CheckPolicies(n)...), format); err != nil {
		return err
	}
	a, err := sim.Compile(n).Ask(q)
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
