package model

import "testing"

func TestAddressesOfANotebook(t *testing.T) {
	t.Parallel()
	n := &Notebook{
		ARN: "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model", Name: "Churn-Model", Account: "111122223333", Region: "eu-west-1",
	}
	cases := map[string]struct{ ok, names bool }{
		n.ARN:              {true, true},
		" " + n.ARN + "\n": {true, true},
		"ARN:aws:sagemaker:eu-west-1:111122223333:notebook-instance/Churn-Model":                                                               {true, true},
		"arn:aws-us-gov:sagemaker:us-gov-west-1:111122223333:notebook-instance/churn-model":                                                    {true, false},
		"arn:aws:sagemaker:eu-west-1:999988887777:notebook-instance/churn-model":                                                               {true, false},
		"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model-2":                                                             {true, false},
		"arn:aws:sagemaker:eu-west-1:111122223333:endpoint/churn-model":                                                                        {false, false},
		"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/":                                                                          {false, false},
		"https://churn-model.notebook.eu-west-1.sagemaker.aws/lab?x=1":                                                                         {true, true},
		"https://churn-model.notebook.eu-west-3.sagemaker.aws":                                                                                 {true, false},
		"https://churn-model.notebook.eu-west-1.sagemaker.aws.example.com/":                                                                    {false, false},
		"http://churn-model.notebook.eu-west-1.sagemaker.aws/":                                                                                 {true, true},
		"churn-model.notebook.eu-west-1.sagemaker.aws":                                                                                         {true, true},
		"Churn-Model.notebook.eu-west-1.sagemaker.aws/lab/tree/a.ipynb?reset#x":                                                                {true, true},
		"churn-model-ydbq.notebook.eu-west-1.sagemaker.aws/lab":                                                                                {true, false},
		"ftp://churn-model.notebook.eu-west-1.sagemaker.aws/":                                                                                  {false, false},
		"churn-model.notebook.eu-west-1.sagemaker.aws.example.com":                                                                             {false, false},
		"https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/openNotebook/Churn-Model?view=lab":       {true, true},
		"https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/openNotebook/churn-model?view=classic":   {true, true},
		"https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/edit/churn-model":                        {true, true},
		"https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/openNotebook/churn-model-2?view=classic": {true, false},
		"https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/edit":                                    {true, false},
		ConsoleURL(n, "aws"): {true, true},
		"https://console.aws.amazon.com/sagemaker/home?region=eu-west-1#/notebook-instances/Churn-Model":  {true, true},
		"https://eu-west-1.console.aws.amazon.com/sagemaker/home#/notebook-instances/churn-model":         {true, true},
		"https://console.aws.amazon.com/sagemaker/home#/notebook-instances/churn-model":                   {false, false},
		"https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/models/churn-model":    {false, false},
		"https://eu-west-1.console.aws.amazon.com.example/sagemaker/home#/notebook-instances/churn-model": {false, false},
		"churn-model": {false, false}, "": {false, false}, "https://%zz": {false, false},
	}
	for s, c := range cases {
		a, ok := ParseAddress(s)
		if ok != c.ok || ok && a.Names(n) != c.names {
			t.Errorf("%q: %+v, %v, want %v, and that it names the notebook is %v", s, a, ok, c.ok, c.names)
		}
	}
}

// AWS puts four characters behind the name in the host of some notebooks.
func TestAHostThatIsNotTheNameNamesItsNotebook(t *testing.T) {
	t.Parallel()
	a, ok := ParseAddress("https://churn-ydbq.notebook.eu-west-1.sagemaker.aws/lab")
	n := &Notebook{Name: "churn", Region: "eu-west-1", URL: "churn-ydbq.notebook.eu-west-1.sagemaker.aws"}
	if called := a.Called(); !ok || !a.Names(n) || len(called) != 2 || called[1] != "churn" {
		t.Errorf("%+v, that it names the notebook is %v, it may be called %q", a, a.Names(n), a.Called())
	}
	n.URL = "churn-aaaa.notebook.eu-west-1.sagemaker.aws"
	if a.Names(n) {
		t.Errorf("%+v names a notebook of the host %s", a, n.URL)
	}
	if a, _ = ParseAddress("arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-ydbq"); len(a.Called()) != 1 {
		t.Errorf("an ARN has the name as it is, not %q", a.Called())
	}
}
