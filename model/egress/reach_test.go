package egress

import (
	"fmt"
	"strings"
	"testing"

	"nbscope/model"
)

const (
	roleARN   = "arn:aws:iam::111122223333:role/service/nb"
	allowsAll = `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`
)

// expected is a destination, its state and what the words must hold.
type expected struct {
	destination string
	state       model.ReachState
	says        string
}

// public are the destinations that are not AWS's.
func public(state model.ReachState, says string) []expected {
	return []expected{{"pypi", state, says}, {"conda", state, says}, {"github", state, says}}
}

// throughout are all destinations of the table.
func throughout(state model.ReachState, says string) (out []expected) {
	for _, name := range model.Destinations() {
		out = append(out, expected{name, state, says})
	}
	return out
}

func and(all ...[]expected) (out []expected) {
	for _, some := range all {
		out = append(out, some...)
	}
	return out
}

func is(destination string, state model.ReachState, says string) []expected {
	return []expected{{destination, state, says}}
}

func TestReach(t *testing.T) {
	t.Parallel()
	const host, away, local, range52 = "artifactory.example.com", "10.2.0.0/16", "10.0.3.0/24", "52.1.0.0/16"
	denied := "AccessDenied"
	for name, c := range map[string]struct {
		w    *world
		want []expected
	}{
		"direct internet on": {
			newWorld().route("rtb-a", to("10.2.0.0/16", "tgw-1")).with(func(w *world) { w.n.DirectInternet = model.Enabled }),
			and(throughout(model.Reached, "by direct internet"), is(away, model.ReachBlocked, "only the VPC's own are reached"),
				is(local, model.Reached, "the VPC's local route"), is(range52, model.Reached, "by direct internet"), is(host, model.ReachDepends, "not looked up")),
		},
		"direct internet on, and the VPC is not known": {
			newWorld().with(func(w *world) { w.n.DirectInternet, w.Subnets = model.Enabled, Refused[Subnet](denied) }),
			and(public(model.Reached, "by direct internet"), is("sts", model.ReachUnknown, denied), is("ecr", model.ReachUnknown, denied),
				is(local, model.ReachUnknown, "subnet-a"), is(host, model.ReachDepends, "not looked up")),
		},
		"no VPC": {
			newWorld().with(func(w *world) { w.n.DirectInternet, w.n.SubnetID = model.Enabled, "" }),
			and(throughout(model.Reached, "by direct internet"), is(away, model.ReachBlocked, "it has no subnet"), is(range52, model.Reached, "by direct internet")),
		},
		"not described": {
			newWorld().nat().with(func(w *world) { w.n.Described = model.Part{State: model.LoadFailed, Reason: denied} }),
			and(throughout(model.ReachUnknown, denied), is(host, model.ReachUnknown, denied), is(away, model.ReachUnknown, denied)),
		},
		"NAT": {
			newWorld().nat(),
			and(throughout(model.Reached, "by NAT gateway nat-1"), is(host, model.ReachDepends, "public addresses are reached by NAT gateway nat-1"),
				is(away, model.ReachBlocked, "private addresses are not reached over the internet"), is(range52, model.Reached, "by NAT gateway nat-1")),
		},
		"NAT, and a part of the internet that leaves by a transit gateway": {
			newWorld().nat().route("rtb-a", to("52.0.0.0/8", "tgw-1")),
			and(throughout(model.ReachDepends, "whether its addresses are among those that the way reaches"), is(range52, model.ReachDepends, "what lies behind transit gateway tgw-1")),
		},
		"NAT, and a part of the internet that is sent to a peering": {
			newWorld().nat().route("rtb-b", to("151.101.0.0/16", "pcx-1")),
			throughout(model.ReachDepends, "whether its addresses are among those that the way reaches"),
		},
		"isolated": {
			newWorld(),
			and(throughout(model.ReachBlocked, "by route table rtb-a: it has no route to the IPv4 internet"),
				is(away, model.ReachBlocked, "it has no route there"), is(host, model.ReachDepends, "the VPC's own ranges")),
		},
		"isolated by its groups": {
			newWorld().nat().egress(),
			and(throughout(model.ReachBlocked, "by security group sg-1"), is(away, model.ReachBlocked, "no egress rule"), is(local, model.ReachBlocked, "no egress rule"),
				is(host, model.ReachBlocked, "by security group sg-1")),
		},
		"a public subnet": {
			newWorld().route("rtb-a", to("0.0.0.0/0", "igw-1")),
			throughout(model.ReachBlocked, "by internet gateway igw-1: needs a public address on the notebook's interface, which has none"),
		},
		"endpoints only, with a gateway endpoint for S3": {
			newWorld().s3Gateway("rtb-a").interfaceEndpoint("sts").interfaceEndpoint("ecr.api").interfaceEndpoint("ecr.dkr").interfaceEndpoint("sagemaker.api"),
			and(public(model.ReachBlocked, "by route table rtb-a"), is("s3", model.Reached, "by gateway endpoint vpce-s3"), is("sts", model.Reached, "by VPC endpoint vpce-sts"),
				is("ecr", model.Reached, "vpce-ecr.api, VPC endpoint vpce-ecr.dkr, gateway endpoint vpce-s3"), is("sagemaker.runtime", model.ReachBlocked, "rtb-a")),
		},
		"ECR without S3, where the layers are": {
			newWorld().interfaceEndpoint("ecr.api").interfaceEndpoint("ecr.dkr"),
			is("ecr", model.ReachBlocked, "s3: it has no route"),
		},
		"an endpoint with private DNS that refuses, beside NAT": {
			newWorld().nat().interfaceEndpoint("sts", func(e *Endpoint) { e.Groups = []string{"sg-1"} }),
			and(public(model.Reached, "nat-1"), is("sts", model.ReachBlocked, "by VPC endpoint vpce-sts: endpoint's security groups sg-1 do not let"), is("logs", model.Reached, "nat-1")),
		},
		"an endpoint without private DNS that refuses, beside NAT": {
			newWorld().nat().interfaceEndpoint("sts", func(e *Endpoint) { e.Groups, e.PrivateDNS = []string{"sg-1"}, false }),
			is("sts", model.Reached, "by NAT gateway nat-1"),
		},
		"an endpoint without private DNS": {
			newWorld().interfaceEndpoint("sts", func(e *Endpoint) { e.PrivateDNS = false }),
			is("sts", model.ReachDepends, "on how it is called: private DNS is off"),
		},
		"an endpoint of which one interface refuses": {
			newWorld().nat().interfaceEndpoint("sts", func(e *Endpoint) { e.Subnets = []string{"subnet-a", "subnet-c"} }).with(func(w *world) { w.acl("acl-2").Entries = nil }),
			is("sts", model.ReachDepends, "1 of the endpoint's 2 interfaces"),
		},
		"endpoints that are not read, beside NAT": {
			newWorld().nat().with(func(w *world) { w.Endpoints = Refused[Endpoint](denied) }),
			and(public(model.Reached, "nat-1"), is("sts", model.ReachUnknown, denied), is("s3", model.ReachUnknown, denied), is("ecr", model.ReachUnknown, denied)),
		},
		"a shared VPC, whose owner sees its endpoints": {
			newWorld().nat().with(func(w *world) { w.subnet("subnet-a").OwnerID = "999988887777" }),
			is("sts", model.ReachUnknown, "account 999988887777"),
		},
		"DNS support off": {
			newWorld().nat().with(func(w *world) { w.VPCs.Items[0].DNSSupport = false }),
			and(throughout(model.ReachBlocked, "by VPC vpc-1: DNS support of the VPC is off"), is(host, model.ReachBlocked, "DNS support"), is(range52, model.Reached, "nat-1")),
		},
		"DNS attributes not known": {
			newWorld().nat().with(func(w *world) { w.VPCs.Items[0].Attributes = model.Part{State: model.LoadFailed, Reason: denied} }),
			and(throughout(model.ReachUnknown, denied), is(range52, model.Reached, "nat-1")),
		},
		"custom DNS servers": {
			newWorld().nat().with(func(w *world) { w.DHCPOptions.Items[0].DNSServers = []string{"10.0.0.53"} }),
			throughout(model.ReachDepends, "what the DNS servers answer that the VPC names (10.0.0.53)"),
		},
		"custom DNS servers that no query gets to": {
			newWorld().nat().egress(tcp443("0.0.0.0/0")).with(func(w *world) { w.DHCPOptions.Items[0].DNSServers = []string{"10.0.0.53"} }),
			and(throughout(model.ReachBlocked, "by security group sg-1: lets no query out"), is(host, model.ReachBlocked, "no query out"), is(range52, model.Reached, "nat-1")),
		},
		"the VPC's own resolver by its address": {
			newWorld().nat().with(func(w *world) { w.DHCPOptions.Items[0].DNSServers = []string{"10.0.0.2"} }),
			throughout(model.Reached, "by NAT gateway nat-1"),
		},
		"no DHCP options": {
			newWorld().nat().with(func(w *world) { w.VPCs.Items[0].DHCPOptions = "default" }),
			throughout(model.ReachDepends, "whether the notebook asks the VPC's own resolver: the VPC has no DHCP options"),
		},
		"no DHCP options and DNS support off": {
			newWorld().nat().with(func(w *world) { w.VPCs.Items[0].DHCPOptions, w.VPCs.Items[0].DNSSupport = "default", false }),
			and(throughout(model.ReachBlocked, "DNS support of the VPC is off"), is(host, model.ReachBlocked, "DNS support"), is(range52, model.Reached, "nat-1")),
		},
		"DHCP options not known": {
			newWorld().nat().with(func(w *world) { w.DHCPOptions = Refused[DHCPOptions](denied) }),
			throughout(model.ReachUnknown, denied),
		},
		"a default route to a transit gateway": {
			newWorld().route("rtb-a", to("0.0.0.0/0", "tgw-1")),
			and(throughout(model.ReachDepends, "on what lies behind transit gateway tgw-1"), is(away, model.ReachDepends, "tgw-1")),
		},
		"a private route to a transit gateway": {
			newWorld().route("rtb-a", to("10.0.0.0/8", "tgw-1")),
			and(throughout(model.ReachDepends, "a proxy or central endpoints behind 10.0.0.0/8 by transit gateway tgw-1; straight it is blocked by route table rtb-a"),
				is(away, model.ReachDepends, "on what lies behind transit gateway tgw-1"), is(local, model.Reached, "local"), is(host, model.ReachDepends, "10.0.0.0/8 by transit gateway tgw-1")),
		},
		"a private route to a peering connection, beside NAT": {
			newWorld().nat().route("rtb-a", to("10.2.0.0/16", "pcx-1")),
			and(throughout(model.Reached, "nat-1"), is(away, model.ReachDepends, "on what lies behind VPC peering pcx-1")),
		},
		"half of a range by a transit gateway": {
			newWorld().nat().route("rtb-a", to("10.2.0.0/17", "tgw-1"), dead("10.2.128.0/17", "tgw-2")),
			is(away, model.ReachDepends, "10.2.128.0/17 blocked by route table rtb-a: its route 10.2.128.0/17 to tgw-2 is a blackhole"),
		},
		"what has no route is not blocked by another's": {
			newWorld().route("rtb-a", dead("10.4.0.0/16", "tgw-2"), to("10.8.0.0/13", "tgw-1")),
			is(away, model.ReachBlocked, "it has no route there"),
		},
		"a range of which a part has no route": {
			newWorld().route("rtb-a", dead("10.2.0.0/16", "tgw-2")),
			is("10.0.0.0/14", model.ReachDepends, "10.1.0.0/16, 10.3.0.0/16 blocked by route table rtb-a: it has no route there; 10.2.0.0/16 blocked by route table rtb-a: its route 10.2.0.0/16 to tgw-2 is a blackhole"),
		},
		"a private network behind the NAT gateway's subnet": {
			newWorld().nat().route("rtb-b", to("10.0.0.0/8", "tgw-1")),
			is(away, model.ReachDepends, "on what lies behind transit gateway tgw-1, by NAT gateway nat-1, transit gateway tgw-1"),
		},
		"an ACL that lets nothing out to a private network": {
			newWorld().route("rtb-a", to("10.0.0.0/8", "tgw-1")).with(func(w *world) {
				w.acl("acl-1").Entries = append([]Entry{{Number: 1, Egress: true, Action: "deny", Protocol: "6", From: 443, To: 443, CIDR: "10.2.0.0/16"}}, w.acl("acl-1").Entries...)
			}),
			is(away, model.ReachBlocked, "by network ACL acl-1"),
		},
		"an ACL between subnets": {
			newWorld().with(func(w *world) { w.acl("acl-2").Entries = nil }),
			is(local, model.ReachBlocked, "by network ACL acl-2: stands between the notebook and subnet subnet-c"),
		},
		"an ACL that is not known": {
			newWorld().route("rtb-a", to("10.0.0.0/8", "tgw-1")).with(func(w *world) { w.ACLs = Refused[ACL](denied) }),
			and(is(away, model.ReachUnknown, denied), is(local, model.ReachUnknown, denied), is("pypi", model.ReachUnknown, denied)),
		},
		"inspected": {
			newWorld().firewall().inspected(),
			throughout(model.ReachDepends, "on what the inspection on the way lets through, by VPC endpoint vpce-fw, NAT gateway nat-1"),
		},
		"S3's addresses only, by NAT": {
			newWorld().nat().egress(toList("pl-s3")),
			and(public(model.ReachBlocked, "by security group sg-1: the way reaches only the addresses of prefix list pl-s3"), is("s3", model.Reached, "nat-1"), is("sts", model.ReachBlocked, "sg-1")),
		},
		"a part of the internet": {
			newWorld().nat().egress(tcp443("52.0.0.0/8")),
			and(throughout(model.ReachDepends, "whether its addresses are among those that the way reaches"), is(range52, model.Reached, "nat-1")),
		},
		"IPv6 only": {
			newWorld().dual().route("rtb-a", to("::/0", "eigw-1")),
			throughout(model.ReachDepends, "whether it answers over IPv6: IPv4 is closed"),
		},
		"IPv6, and IPv4 by NAT64": {
			newWorld().dual().nat().route("rtb-a", to("::/0", "eigw-1")).with(func(w *world) {
				w.natRoute().Destination, w.subnet("subnet-a").DNS64 = "64:ff9b::/96", true
			}),
			throughout(model.Reached, "egress-only gateway eigw-1, NAT gateway nat-1"),
		},
		"route tables that are not read": {
			newWorld().nat().with(func(w *world) { w.RouteTables = Refused[RouteTable](denied) }),
			and(throughout(model.ReachUnknown, denied), is(away, model.ReachUnknown, denied), is(local, model.ReachUnknown, denied), is(host, model.ReachUnknown, denied)),
		},
		"a subnet that is not read": {
			newWorld().nat().with(func(w *world) { w.Subnets = Refused[Subnet](denied) }),
			and(throughout(model.ReachUnknown, denied), is(host, model.ReachUnknown, denied)),
		},
		"a value of direct internet that nobody knows": {
			newWorld().nat().with(func(w *world) { w.n.DirectInternet = "Maybe" }),
			throughout(model.ReachUnknown, `"Maybe"`),
		},
	} {
		checkReach(t, name, c.w, c.want)
	}
}

// TestADenialNeverMakesReachSurerBesideDirectInternet: an endpoint that refuses may
// stand in the way, whichever fact about it is denied.
func TestADenialNeverMakesReachSurerBesideDirectInternet(t *testing.T) {
	t.Parallel()
	refusing := func() *world {
		return newWorld().interfaceEndpoint("sts").with(func(w *world) {
			w.n.DirectInternet, w.group("sg-e").Ingress = model.Enabled, nil
		})
	}
	const denied = "AccessDenied"
	checkReach(t, "everything is known", refusing(), and(public(model.Reached, "direct internet"), is("sts", model.ReachDepends, "which refuses")))
	for name, deny := range map[string]func(w *world){
		"endpoints":      func(w *world) { w.Endpoints = Refused[Endpoint](denied) },
		"groups":         func(w *world) { w.SecurityGroups = Refused[SecurityGroup](denied) },
		"subnets":        func(w *world) { w.Subnets = Refused[Subnet](denied) },
		"VPCs":           func(w *world) { w.VPCs = Refused[VPC](denied) },
		"DNS attributes": func(w *world) { w.VPCs.Items[0].Attributes = model.Part{State: model.LoadFailed, Reason: denied} },
		"DHCP options":   func(w *world) { w.DHCPOptions = Refused[DHCPOptions](denied) },
		"ACLs": func(w *world) {
			w.group("sg-e").Ingress, w.Endpoints.Items[0].Subnets = []Rule{tcp443("10.0.0.0/16")}, []string{"subnet-c"}
			w.ACLs = Refused[ACL](denied)
		},
	} {
		checkReach(t, name+" are denied", refusing().with(deny), and(public(model.Reached, "direct internet"), is("sts", model.ReachUnknown, denied)))
	}
	checkReach(t, "the owner of a shared VPC sees its endpoints", refusing().with(func(w *world) {
		w.subnet("subnet-a").OwnerID, w.Endpoints = "999988887777", Read[Endpoint]()
	}), is("sts", model.ReachUnknown, "account 999988887777"))
	checkReach(t, "custom DNS servers", refusing().with(func(w *world) { w.DHCPOptions.Items[0].DNSServers = []string{"10.0.0.53"} }), is("sts", model.ReachDepends, "which refuses"))
	checkReach(t, "the endpoint answers under no name", refusing().with(func(w *world) { w.VPCs.Items[0].DNSHostnames = false }), is("sts", model.Reached, "direct internet"))
}

func checkReach(t *testing.T, name string, w *world, want []expected) {
	t.Helper()
	e := NewSurvey(NewIndex(w.Facts), ownDestinations(t)).Of(w.n)
	for _, x := range want {
		r, ok := e.Reaching(x.destination)
		if !ok || r.State != x.state || !strings.Contains(r.Says(), x.says) {
			t.Errorf("%s: %s is %s, %q; want %s, %q", name, x.destination, r.State, r.Says(), x.state, x.says)
		}
	}
}

// TestAHostIsJudgedOnItsPort: what is behind another port may be a proxy, and is no host
// of that name.
func TestAHostIsJudgedOnItsPort(t *testing.T) {
	t.Parallel()
	for name, w := range map[string]*world{"NAT": newWorld().nat(), "a proxy's port": newWorld().nat().egress(tcpOn(3128, "0.0.0.0/0"), tcp443("10.0.0.0/16"))} {
		r, _ := NewSurvey(NewIndex(w.Facts), ownDestinations(t)).Of(w.n).Reaching("artifactory.example.com")
		if _, local, _ := strings.Cut(r.Why, "the VPC's own ranges"); r.State != model.ReachDepends || strings.Contains(local, "tcp/") {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestEndpointPoliciesAreEvaluated(t *testing.T) {
	t.Parallel()
	allow := func(rest string) string {
		return `{"Version":"2012-10-17","Id":"p","Statement":{"Sid":"a","Effect":"Allow",` + rest + `}}`
	}
	anyone := `"Principal":"*","Action":"*","Resource":"*"`
	deny := func(rest string) string { return `{"Statement":[` + allowsAll + `,{"Effect":"Deny",` + rest + `}]}` }
	where := func(cond string) string { return anyone + `,"Condition":` + cond }
	gateway, interfaced := "s3", "sts"
	for name, c := range map[string]struct {
		service, policy string
		state           model.ReachState
		says            string
	}{
		"everything":            {gateway, `{"Statement":[` + allowsAll + `]}`, model.Reached, "by gateway endpoint vpce-s3"},
		"everything in one":     {interfaced, allow(anyone), model.Reached, "by VPC endpoint vpce-sts"},
		"no statement":          {interfaced, `{"Statement":[]}`, model.ReachBlocked, "its policy allows nothing of sts"},
		"a deny of everything":  {interfaced, deny(anyone), model.ReachBlocked, "its policy denies sts"},
		"only a deny":           {interfaced, `{"Statement":{"Effect":"Deny",` + anyone + `}}`, model.ReachBlocked, "denies"},
		"another service":       {interfaced, allow(`"Principal":"*","Action":["s3:*","ec2:Describe*"],"Resource":"*"`), model.ReachBlocked, "allows nothing"},
		"the service's actions": {interfaced, allow(`"Principal":"*","Action":["STS:*"],"Resource":"*"`), model.Reached, "vpce-sts"},
		"some actions":          {interfaced, allow(`"Principal":"*","Action":["sts:Get*"],"Resource":"*"`), model.ReachDepends, "on what its policy allows: action sts:Get*"},
		"all but some actions":  {interfaced, allow(`"Principal":"*","NotAction":"sts:AssumeRole","Resource":"*"`), model.ReachDepends, "not action sts:AssumeRole"},
		"all but the service":   {interfaced, allow(`"Principal":"*","NotAction":"sts:*","Resource":"*"`), model.ReachBlocked, "allows nothing"},
		"all but another":       {interfaced, allow(`"Principal":"*","NotAction":"s3:*","Resource":"*"`), model.Reached, "vpce-sts"},
		"a deny of some":        {interfaced, deny(`"Principal":"*","Action":"sts:AssumeRole","Resource":"*"`), model.ReachDepends, "on what its policy denies: action sts:AssumeRole"},
		"a deny of another":     {interfaced, deny(`"Principal":"*","Action":"s3:*","Resource":"*"`), model.Reached, "vpce-sts"},
		"a bucket":              {gateway, allow(`"Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::ml","arn:aws:s3:::ml/*"]`), model.ReachDepends, "resource arn:aws:s3:::ml, resource arn:aws:s3:::ml/*"},
		"every bucket":          {gateway, allow(`"Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::*"`), model.Reached, "vpce-s3"},
		"another's resources":   {gateway, allow(`"Principal":"*","Action":"*","Resource":"arn:aws:sqs:*:*:*"`), model.ReachBlocked, "allows nothing"},
		"all but a bucket":      {gateway, allow(`"Principal":"*","Action":"*","NotResource":"arn:aws:s3:::x/*"`), model.ReachDepends, "not resource"},
		"a policy's variable":   {gateway, allow(`"Principal":"*","Action":"*","Resource":"arn:aws:s3:::${aws:PrincipalTag/team}/*"`), model.ReachDepends, "${aws:PrincipalTag/team}"},

		"the account":           {interfaced, allow(`"Principal":{"AWS":"111122223333"},"Action":"*","Resource":"*"`), model.Reached, "vpce-sts"},
		"the account's root":    {interfaced, allow(`"Principal":{"AWS":["arn:aws:iam::111122223333:root"]},"Action":"*","Resource":"*"`), model.Reached, "vpce-sts"},
		"another account":       {interfaced, allow(`"Principal":{"AWS":"999988887777"},"Action":"*","Resource":"*"`), model.ReachBlocked, "allows nothing"},
		"the role":              {interfaced, allow(`"Principal":{"AWS":"` + roleARN + `"},"Action":"*","Resource":"*"`), model.Reached, "vpce-sts"},
		"another role":          {interfaced, allow(`"Principal":{"AWS":"` + roleARN + `2"},"Action":"*","Resource":"*"`), model.ReachBlocked, "allows nothing"},
		"a session of the role": {interfaced, allow(`"Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/nb/SageMaker"},"Action":"*","Resource":"*"`), model.ReachDepends, "principal arn:aws:sts"},
		"a role's unique id":    {interfaced, allow(`"Principal":{"AWS":"AROAEXAMPLEID"},"Action":"*","Resource":"*"`), model.ReachDepends, "AROAEXAMPLEID"},
		"a service":             {interfaced, allow(`"Principal":{"Service":"ec2.amazonaws.com"},"Action":"*","Resource":"*"`), model.ReachBlocked, "allows nothing"},
		"a deny of the others":  {interfaced, deny(`"NotPrincipal":{"AWS":"999988887777"},"Action":"*","Resource":"*"`), model.ReachBlocked, "denies"},
		"a deny but of the role": {
			interfaced, deny(`"NotPrincipal":{"AWS":"` + roleARN + `"},"Action":"*","Resource":"*"`), model.ReachDepends, "NotPrincipal",
		},
		"a gateway endpoint knows everyone only": {gateway, allow(`"Principal":{"AWS":"` + roleARN + `"},"Action":"*","Resource":"*"`), model.ReachDepends, "takes * only"},

		"the role by condition":    {gateway, allow(where(`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}`)), model.Reached, "vpce-s3"},
		"another role by one":      {gateway, allow(where(`{"ArnEquals":{"aws:PrincipalArn":["arn:aws:iam::111122223333:role/x"]}}`)), model.ReachBlocked, "allows nothing"},
		"the account by condition": {gateway, allow(where(`{"StringEquals":{"aws:PrincipalAccount":["999988887777","111122223333"]}}`)), model.Reached, "vpce-s3"},
		"another account by one":   {gateway, allow(where(`{"StringEquals":{"AWS:principalaccount":"999988887777"}}`)), model.ReachBlocked, "allows nothing"},
		"a deny of other accounts": {gateway, deny(where(`{"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}`)), model.Reached, "vpce-s3"},
		"a deny of this account":   {gateway, deny(where(`{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}`)), model.ReachBlocked, "denies"},
		"the organization":         {gateway, allow(where(`{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`)), model.ReachDepends, "on what its policy allows: condition StringEquals aws:PrincipalOrgID o-1"},
		"a deny of others' buckets": {
			gateway, deny(where(`{"StringNotEqualsIfExists":{"aws:ResourceOrgID":"o-1"}}`)), model.ReachDepends, "on what its policy denies: condition StringNotEqualsIfExists aws:ResourceOrgID o-1",
		},
		"the VPC":                {gateway, allow(where(`{"StringEquals":{"aws:SourceVpc":"vpc-1"}}`)), model.Reached, "vpce-s3"},
		"another VPC":            {gateway, allow(where(`{"StringEquals":{"aws:SourceVpc":"vpc-2"}}`)), model.ReachBlocked, "allows nothing"},
		"the endpoint":           {gateway, deny(where(`{"StringNotEquals":{"aws:SourceVpce":"vpce-s3"}}`)), model.Reached, "vpce-s3"},
		"an address":             {gateway, allow(where(`{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}}`)), model.ReachDepends, "aws:VpcSourceIp"},
		"a key that is not sent": {gateway, allow(where(`{"StringEquals":{"aws:SourceIp":"1.2.3.4"}}`)), model.ReachBlocked, "allows nothing"},
		"only if it is sent":     {gateway, allow(where(`{"StringEqualsIfExists":{"aws:SourceIp":"1.2.3.4"}}`)), model.Reached, "vpce-s3"},
		"a key that is sent":     {gateway, allow(where(`{"Null":{"aws:PrincipalArn":"false"}}`)), model.Reached, "vpce-s3"},
		"a key that must lack":   {gateway, allow(where(`{"Null":{"aws:PrincipalArn":true}}`)), model.ReachBlocked, "allows nothing"},
		"TLS":                    {gateway, deny(where(`{"Bool":{"aws:SecureTransport":"false"}}`)), model.Reached, "vpce-s3"},
		"two conditions":         {gateway, allow(where(`{"StringEquals":{"aws:SourceVpc":"vpc-1","aws:PrincipalOrgID":"o-1"}}`)), model.ReachDepends, "aws:PrincipalOrgID"},
		"two, one of which fails": {
			gateway, allow(where(`{"StringEquals":{"aws:SourceVpc":"vpc-2","aws:PrincipalOrgID":"o-1"}}`)), model.ReachBlocked, "allows nothing",
		},
		"an operator that nobody knows": {gateway, allow(where(`{"StringRhymes":{"aws:SourceVpc":"vpc-1"}}`)), model.ReachDepends, "StringRhymes"},
		"the account as a variable":     {gateway, allow(where(`{"StringEquals":{"aws:PrincipalAccount":"${aws:PrincipalAccount}"}}`)), model.Reached, "vpce-s3"},

		"no JSON":                {gateway, `{"Statement":`, model.ReachUnknown, "the policy of gateway endpoint vpce-s3 cannot be read"},
		"no statements":          {gateway, `{}`, model.ReachUnknown, "cannot be read"},
		"an effect of its own":   {gateway, `{"Statement":{"Effect":"allow",` + anyone + `}}`, model.ReachUnknown, `the effect "allow"`},
		"no principal":           {gateway, `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, model.ReachUnknown, "Principal"},
		"no action":              {gateway, allow(`"Principal":"*","Action":null,"Resource":"*"`), model.ReachUnknown, "Action"},
		"two kinds of action":    {gateway, allow(`"Principal":"*","Action":"*","NotAction":"*","Resource":"*"`), model.ReachUnknown, "Action"},
		"a resource of a number": {gateway, allow(`"Principal":"*","Action":"*","Resource":7`), model.ReachUnknown, "cannot be read"},
		"an odd condition":       {gateway, allow(where(`{"StringEquals":"x"}`)), model.ReachUnknown, "Condition"},
		"an element too many":    {gateway, allow(anyone + `,"Conditions":{}`), model.ReachUnknown, "cannot be read"},
		"one good, one bad":      {gateway, `{"Statement":[` + allowsAll + `,{"Effect":"Allow"}]}`, model.ReachUnknown, "Principal"},
	} {
		w := newWorld()
		w.n.RoleARN = roleARN
		set := func(e *Endpoint) { e.Policy = c.policy }
		if c.service == gateway {
			w.s3Gateway("rtb-a", set)
		} else {
			w.interfaceEndpoint(c.service, set)
		}
		checkReach(t, name, w, is(c.service, c.state, c.says))
	}
}

// TestLayersOfImagesNeedTheirBucketOnly: what ECR needs of S3 is one bucket of AWS's.
func TestLayersOfImagesNeedTheirBucketOnly(t *testing.T) {
	t.Parallel()
	of := func(resource string) *world {
		w := newWorld().interfaceEndpoint("ecr.api").interfaceEndpoint("ecr.dkr").s3Gateway("rtb-a", func(e *Endpoint) {
			e.Policy = `{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"` + resource + `"}}`
		})
		w.n.RoleARN = roleARN
		return w
	}
	checkReach(t, "the bucket", of("arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"), is("ecr", model.Reached, "vpce-s3"))
	checkReach(t, "another bucket", of("arn:aws:s3:::ml/*"), is("ecr", model.ReachBlocked, "s3: its policy allows nothing of s3:GetObject"))
}

func TestNotebooksThatAreAlikeAreSurveyedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld().nat().interfaceEndpoint("sts", func(e *Endpoint) {
		e.Policy = `{"Statement":{"Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":"*","Resource":"*"}}`
	})
	s := NewSurvey(NewIndex(w.Facts), nil)
	of := func(role string) model.Reach {
		n := *w.n
		n.RoleARN = role
		r, _ := s.Of(&n).Reaching("sts")
		return r
	}
	for range 50 {
		if a, b := of(roleARN), of(roleARN+"2"); a.State != model.Reached || b.State != model.ReachBlocked {
			t.Fatalf("the role is %+v, another %+v", a, b)
		}
	}
	if s.judged != 2 {
		t.Errorf("100 notebooks of two kinds were judged %d times", s.judged)
	}
	w.Endpoints = Read[Endpoint]()
	s = NewSurvey(NewIndex(w.Facts), nil)
	for range 50 {
		of(roleARN)
		of(roleARN + "2")
	}
	if s.judged != 1 {
		t.Errorf("where no policy asks for the role, they were judged %d times", s.judged)
	}
}

// TestNoJudgementNamesTheNotebooksInterface: notebooks in a public subnet are alike, and
// share a judgement, though each has an interface of its own.
func TestNoJudgementNamesTheNotebooksInterface(t *testing.T) {
	t.Parallel()
	w := newWorld().dual().route("rtb-a", to("0.0.0.0/0", "igw-1"), to("::/0", "igw-1"))
	s := NewSurvey(NewIndex(w.Facts), nil)
	first := s.Of(w.n)
	if text := fmt.Sprintf("%+v %+v", *first, first.IPv6); strings.Contains(text, w.n.NetworkID) || !strings.Contains(text, "on the notebook's interface, which has none") {
		t.Error(text)
	}
	w.Interfaces.Items = append(w.Interfaces.Items, Interface{ID: "eni-m", VPCID: "vpc-1", SubnetID: "subnet-a", Status: "in-use"})
	s = NewSurvey(NewIndex(w.Facts), nil)
	other := *w.n
	other.NetworkID = "eni-m"
	if s.Of(w.n) != s.Of(&other) || s.judged != 1 {
		t.Errorf("two notebooks that are alike were judged %d times", s.judged)
	}
}

func TestTheTableOfDestinationsIsThatOfTheModel(t *testing.T) {
	t.Parallel()
	var names []string
	for _, d := range destinations(region, "aws") {
		names = append(names, d.name)
		if (len(d.hosts) == 0) == (len(d.needs) == 0) {
			t.Errorf("%s: %+v is neither hosts nor services, or both", d.name, d)
		}
	}
	if strings.Join(names, " ") != strings.Join(model.Destinations(), " ") {
		t.Errorf("the table has %q", names)
	}
}
