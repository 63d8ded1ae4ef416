package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newSim(env *Env) *cobra.Command {
	s := env.SimDefaults
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "Serve the simulated AWS on loopback, for demos, tests and other tools",
		Long: `sim serves a simulated AWS on loopback until it is interrupted. It prints shell
lines first, which point the AWS CLI, an SDK or nbscope at it:

  nbscope sim > /tmp/sim.env &
  . /tmp/sim.env
  aws sagemaker list-notebook-instances

What goes wrong with answers can be placed too:

  emptyop=sagemaker:ListNotebookInstances        status 200, and no body
  lackop=ec2:DescribeSubnets:subnetSet.vpcId     a member is missing, here in each subnet
  mixup                                          a describe answers about another notebook
  foreign=account                                SageMaker's ARNs name another one
  failop=sagemaker:ListNotebookInstances@eu-west-1:InvalidSignatureException
  serves=eu-west-1                               SageMaker's endpoint is that region's alone
  clock=17m                                      AWS's clock, and the Date header with it
  partition=aws-iso-e                            where STS says that the caller is
  index  index=missing:eu-west-1                 an index of the organization's resources
  notoffered=eu-west-1  optin=eu-west-1          a region without notebooks; one that is off

An endpoint that does not resolve needs no simulator: AWS_ENDPOINT_URL_SAGEMAKER.

Notebooks can be created, started, stopped, updated and deleted; they take AWS's
time for it divided by --time-scale. Beside throttle, 5xx, reset, lost, slow, deny,
scp and the like, --fault can hit one action, in every region or in one, a number of
times or always:

  lostop=sagemaker:CreateNotebookInstance:1     done, but the answer is lost
  resetop=sagemaker:CreateNotebookInstance      cut off before it is handled
  failop=sagemaker:StopNotebookInstance:ThrottlingException:2
  capacity  lcfail  enifail                     notebooks end in Failed
  scpdirect=enabled                             a policy on direct internet

Each notebook has a Jupyter server on loopback, with files of its own that go when the
simulator ends, and terminals from whose python3 the network looks as the world has it.
A new notebook holds its repositories only. --jupyter lab=http://127.0.0.1:8888/?token=T puts a real one
behind the notebook lab, also behind one that is yet to be created.

Beside AWS's own protocols it answers GET /_sim/calls, GET /_sim/writes,
POST /_sim/reset-calls, GET /_sim/world, POST /_sim/change, and GET and POST
/_sim/jupyter, which tells of the Jupyter servers and lets something go wrong there.
GET /_sim/net tells whether a connection from a notebook passes.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return env.Simulate(cmd.Context(), s, env.Stdout, env.Stderr)
		},
	}
	s.register(cmd.Flags())
	return cmd
}

func (s *SimSettings) register(f *pflag.FlagSet) {
	f.StringVar(&s.Listen, "listen", s.Listen, "loopback `address` to listen on; port 0 takes a free one")
	f.Uint64Var(&s.Seed, "seed", s.Seed, "the same seed makes the same world")
	f.IntVar(&s.Accounts, "accounts", s.Accounts, "number of accounts")
	f.IntVar(&s.Regions, "regions", s.Regions, "number of regions")
	f.IntVar(&s.Notebooks, "notebooks", s.Notebooks, "number of notebook instances in all")
	f.DurationVar(&s.Latency, "latency", s.Latency, "time added to every answer")
	f.Float64Var(&s.RPS, "rps", s.RPS, "requests per second for each account, region and service; 0 for no limit")
	f.StringVar(&s.Faults, "fault", s.Faults, "what goes wrong, for example throttle=0.05,5xx=0.01,deny=eu-west-3")
	f.Float64Var(&s.TimeScale, "time-scale", s.TimeScale, "how many times faster than in AWS a notebook changes its status")
	f.StringArrayVar(&s.Jupyter, "jupyter", nil, "a real Jupyter server behind a notebook, `NAME=URL`; may be repeated")
}
