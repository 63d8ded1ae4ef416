package sim

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// FuzzDecodeRequest sends whatever there is at the server: it must answer, and
// never with a success unless the request is one for an operation that exists.
func FuzzDecodeRequest(f *testing.F) {
	o := Defaults()
	o.Now, o.Faults, o.Notebooks = newClock().Now, "", 40
	s, err := New(o)
	if err != nil {
		f.Fatal(err)
	}
	id, _ := s.AccessKey()
	const form, jsonType = "application/x-www-form-urlencoded", "application/x-amz-json-1.1"
	scopeOf := func(service string) string {
		return "AWS4-HMAC-SHA256 Credential=" + id + "/20261123/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=0"
	}
	f.Add("POST", "/", scopeOf("sagemaker"), "", "SageMaker.ListNotebookInstances", jsonType, []byte(`{"MaxResults":3,"NameContains":"a"}`))
	f.Add("POST", "/", scopeOf("sagemaker"), "", "SageMaker.DescribeNotebookInstance", jsonType, []byte(`{"NotebookInstanceName":"a"}`))
	f.Add("POST", "/", scopeOf("sagemaker"), "", "SageMaker.MakeCoffee", jsonType, []byte(`{}`))
	f.Add("POST", "/", scopeOf("tagging"), "", "ResourceGroupsTaggingAPI_20170126.GetResources", jsonType, []byte(`{"ResourceARNList":["x"]}`))
	f.Add("POST", "/", scopeOf("organizations"), "", "AWSOrganizationsV20161128.ListAccounts", jsonType, []byte(`{"NextToken":"AAAA"}`))
	f.Add("POST", "/listRegions", scopeOf("account"), "", "", "application/json", []byte(`{"MaxResults":2}`))
	f.Add("POST", "/", scopeOf("sts"), "", "", form, []byte("Action=AssumeRole&RoleArn=arn:aws:iam::444455556666:role/nbscope-read&RoleSessionName=ab"))
	f.Add("POST", "/", scopeOf("ec2"), "", "", form, []byte("Action=DescribeSubnets&Filter.1.Name=vpc-id&Filter.1.Value.1=*&MaxResults=5&NextToken=x"))
	f.Add("POST", "/", "", "", "", form, []byte("Action=AssumeRoleWithWebIdentity&RoleArn=arn:aws:iam::444455556666:role/nbscope-read&RoleSessionName=ab&WebIdentityToken="+WebToken))
	f.Add("GET", "/federation/credentials?account_id=111122223333&role_name="+SSORole, "", "", "", "", []byte(nil))
	f.Add("GET", "/assignment/accounts?next_token=x", "", "", "", "", []byte(nil))
	f.Add("POST", "/token", "", "", "", "application/json", []byte(`{"clientId":"a","clientSecret":"b","grantType":"refresh_token","refreshToken":"`+SSORefresh+`"}`))
	f.Add("GET", "/?Action=ListAccountAliases", scopeOf("iam"), "", "", "", []byte(nil))
	f.Add("POST", "/", "AWS4-HMAC-SHA256 Credential=/////, Signature", "nbscope-sim.AA.AA", "SageMaker.", jsonType, []byte("\x00"))
	f.Add("POST", "/", scopeOf("sagemaker"), "", "SageMaker.CreateNotebookInstance", jsonType, []byte(`{"NotebookInstanceName":"a","InstanceType":"ml.t3.medium","RoleArn":"arn:aws:iam::111122223333:role/SageMakerNotebookRole","Tags":[{"Key":"a","Value":"b"}]}`))
	f.Add("POST", "/", scopeOf("sagemaker"), "", "SageMaker.UpdateNotebookInstance", jsonType, []byte(`{"NotebookInstanceName":"a","VolumeSizeInGB":6,"InstanceMetadataServiceConfiguration":{}}`))
	f.Add("POST", "/", scopeOf("sagemaker"), "", "SageMaker.AddTags", jsonType, []byte(`{"ResourceArn":"arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/a","Tags":[{"Key":"","Value":null}]}`))
	f.Add("POST", "/", scopeOf("kms"), "", "TrentService.DescribeKey", jsonType, []byte(`{"KeyId":"alias/ml-notebooks"}`))
	f.Add("POST", "/", scopeOf("servicequotas"), "", "ServiceQuotasV20190624.ListServiceQuotas", jsonType, []byte(`{"ServiceCode":"sagemaker","MaxResults":2}`))
	f.Add("POST", "/", scopeOf("pricing"), "", "AWSPriceListService.GetProducts", jsonType, []byte(`{"ServiceCode":"AmazonSageMaker","Filters":[{"Type":"ANY_OF","Field":"regionCode","Value":","}]}`))
	f.Add("POST", "/", scopeOf("iam"), "", "", form, []byte("Action=SimulatePrincipalPolicy&PolicySourceArn=arn:aws:iam::111122223333:user/nbscope-demo&ActionNames.member.1=a:b&ContextEntries.member.1.ContextKeyName=x"))
	f.Fuzz(func(t *testing.T, method, path, auth, token, target, contentType string, body []byte) {
		if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "/_sim") {
			return
		}
		req, err := http.NewRequest(method, "http://127.0.0.1"+path, bytes.NewReader(body))
		if err != nil {
			return
		}
		for k, v := range map[string]string{"Authorization": auth, "X-Amz-Security-Token": token, "X-Amz-Target": target, "Content-Type": contentType} {
			if v != "" {
				req.Header[k] = []string{v}
			}
		}
		rec := httptest.NewRecorder()
		s.serveAWS(rec, req)
		r := s.decode(req, body)
		op, known := s.ops[r.service.name+"."+r.op]
		_, signed := readScope(req.Header, req.URL.Query())
		signed = signed || op.unsigned
		if rec.Code < 300 && (!known || !signed) {
			t.Errorf("%d for %q of %q, signed %v", rec.Code, r.op, r.service.name, signed)
		}
		if rec.Code < 200 || rec.Code >= 500 {
			t.Errorf("answered %d", rec.Code)
		}
	})
}

// FuzzDecodeSession opens whatever there is as a session: only what the server
// itself has issued is one.
func FuzzDecodeSession(f *testing.F) {
	o := Defaults()
	o.Now = newClock().Now
	s, err := New(o)
	if err != nil {
		f.Fatal(err)
	}
	key, _, token := s.world.issue(session{account: "111122223333", role: OrgRole, name: "x", expires: time.Unix(1, 0)})
	f.Add(key, token)
	f.Add("AKIA", "nbscope-sim.AAAA.AAAA")
	f.Fuzz(func(t *testing.T, k, tok string) {
		if got, ok := s.world.openToken(k, tok); ok && (k != s.world.sessionKey(tok) || got.account == "") {
			t.Errorf("opened %q", tok)
		}
	})
}

// FuzzParseFaults reads whatever there is: an error names the part that is wrong.
func FuzzParseFaults(f *testing.F) {
	f.Add(DefaultFaults)
	f.Add("throttle=eu-west-1:0.5,expired,denyop=a:b@eu-west-1")
	f.Add("slow=eu-west-1:9999999h,,=")
	f.Add("lostop=a:b:1,resetop=a:b,failop=a:b:C:2,capacity,scpdirect=enabled,lcfail,enifail")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := ParseFaults(text); err != nil && !strings.HasPrefix(err.Error(), "fault ") {
			t.Errorf("%q: %v", text, err)
		}
	})
}
