package aws

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nbscope/model"
)

// Lifecycle fetches a lifecycle configuration with its scripts decoded. The
// error is a model.Problem; one for a script that cannot be decoded comes with the
// configuration, the script as AWS gave it.
func (c *Client) Lifecycle(ctx context.Context, t model.Target, name string) (model.LifecycleConfig, error) {
	clients, err := c.reach(ctx, t)
	if err != nil {
		return model.LifecycleConfig{}, err
	}
	out, err := clients.sagemaker.DescribeNotebookInstanceLifecycleConfig(ctx, &sagemaker.DescribeNotebookInstanceLifecycleConfigInput{
		NotebookInstanceLifecycleConfigName: sdkaws.String(name),
	})
	if err != nil {
		return model.LifecycleConfig{}, problemIn(t, err)
	}
	lc := model.LifecycleConfig{
		Name: sdkaws.ToString(out.NotebookInstanceLifecycleConfigName), ARN: sdkaws.ToString(out.NotebookInstanceLifecycleConfigArn),
		Created: sdkaws.ToTime(out.CreationTime), Modified: sdkaws.ToTime(out.LastModifiedTime),
	}
	var first, second error
	lc.OnCreate, first = script(t, "OnCreate", out.OnCreate)
	lc.OnStart, second = script(t, "OnStart", out.OnStart)
	return lc, orError(first, second)
}

// script decodes the hook's content.
func script(t model.Target, hook string, hooks []types.NotebookInstanceLifecycleHook) (string, error) {
	var out bytes.Buffer
	for _, h := range hooks {
		raw := sdkaws.ToString(h.Content)
		text, err := base64.StdEncoding.DecodeString(raw)
		if err != nil {
			return raw, model.Problem{
				Kind: model.KindProtocol, Operation: "sagemaker:DescribeNotebookInstanceLifecycleConfig", Target: t,
				Message: "the " + hook + " script is not valid base64; it is shown as AWS gave it",
			}
		}
		out.Write(text)
	}
	return out.String(), nil
}

// Repository describes a code repository registered by name.
func (c *Client) Repository(ctx context.Context, t model.Target, name string) (model.CodeRepository, error) {
	clients, err := c.reach(ctx, t)
	if err != nil {
		return model.CodeRepository{}, err
	}
	out, err := clients.sagemaker.DescribeCodeRepository(ctx, &sagemaker.DescribeCodeRepositoryInput{CodeRepositoryName: sdkaws.String(name)})
	if err != nil {
		return model.CodeRepository{}, problemIn(t, err)
	}
	repo := model.CodeRepository{Name: sdkaws.ToString(out.CodeRepositoryName)}
	if g := out.GitConfig; g != nil {
		repo.URL, repo.Branch, repo.Secret = model.MaskURL(sdkaws.ToString(g.RepositoryUrl)), sdkaws.ToString(g.Branch), sdkaws.ToString(g.SecretArn)
	}
	return repo, nil
}

// Raw describes a notebook anew and returns AWS's answer as indented JSON with the
// API's member names. Times are written out, as the AWS CLI does.
func (c *Client) Raw(ctx context.Context, t model.Target, name string) ([]byte, error) {
	clients, err := c.reach(ctx, t)
	if err != nil {
		return nil, err
	}
	var body []byte
	_, err = clients.sagemaker.DescribeNotebookInstance(ctx, &sagemaker.DescribeNotebookInstanceInput{
		NotebookInstanceName: sdkaws.String(name),
	}, sagemaker.WithAPIOptions(keepBody(&body)))
	if err != nil {
		return nil, problemIn(t, err)
	}
	pretty, err := indent(body)
	if err != nil {
		return nil, problemIn(t, model.Problem{
			Kind: model.KindProtocol, Operation: "sagemaker:DescribeNotebookInstance", Message: "the answer is not JSON",
		})
	}
	return pretty, nil
}

// indent lays out the answer and turns its seconds since 1970 into dates.
func indent(body []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var members map[string]any
	if err := dec.Decode(&members); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	maskMembers(members)
	for _, name := range []string{"CreationTime", "LastModifiedTime"} {
		if number, ok := members[name].(json.Number); ok {
			if seconds, err := number.Float64(); err == nil {
				members[name] = time.UnixMilli(int64(math.Round(seconds * 1000))).UTC().Format(time.RFC3339Nano)
			}
		}
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(members); err != nil {
		return nil, fmt.Errorf("write the answer: %w", err)
	}
	return bytes.TrimRight(out.Bytes(), "\n"), nil
}

// maskMembers hides what signs in or looks like a secret in the members of a describe
// that may hold it.
func maskMembers(members map[string]any) {
	if v, ok := members["DefaultCodeRepository"].(string); ok {
		members["DefaultCodeRepository"] = model.MaskURL(v)
	}
	if list, ok := members["AdditionalCodeRepositories"].([]any); ok {
		for i := range list {
			if v, ok := list[i].(string); ok {
				list[i] = model.MaskURL(v)
			}
		}
	}
	if v, ok := members["FailureReason"].(string); ok {
		members["FailureReason"] = model.Masked(v)
	}
}

// keepBody copies the body of the last answer on its way to the SDK.
func keepBody(into *[]byte) func(*middleware.Stack) error {
	return func(s *middleware.Stack) error {
		step := middleware.DeserializeMiddlewareFunc("nbscope.body", func(
			ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
		) (middleware.DeserializeOutput, middleware.Metadata, error) {
			out, md, err := next.HandleDeserialize(ctx, in)
			resp, ok := out.RawResponse.(*smithyhttp.Response)
			if err != nil || !ok {
				return out, md, err
			}
			raw, readErr := io.ReadAll(resp.Body)
			closeErr := resp.Body.Close()
			if err := orError(readErr, closeErr); err != nil {
				return out, md, fmt.Errorf("read the answer: %w", err)
			}
			*into = raw
			resp.Body = io.NopCloser(bytes.NewReader(raw))
			return out, md, nil
		})
		if err := s.Deserialize.Insert(step, boundsID, middleware.Before); err != nil { // of what the bounds let through
			return fmt.Errorf("add the copy of the answer: %w", err)
		}
		return nil
	}
}

func orError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// reach returns the clients for a target, signing in where no scan has done so.
func (c *Client) reach(ctx context.Context, t model.Target) (*regional, error) {
	s, err := c.enter(ctx, t)
	if err != nil {
		return nil, err
	}
	return s.in(t.Region), nil
}

// enter returns the session of a target's account, signing in where no scan has
// done so.
func (c *Client) enter(ctx context.Context, t model.Target) (*session, error) {
	if s := c.sessionOf(t.Account); s != nil && s.holds(ctx) {
		return s, nil
	}
	// A scan of nothing but this target's sign-in: it emits what goes wrong.
	s := newScan(c, model.ScanRequest{Only: []model.Target{t}}, func(model.Batch) {})
	told := s.signInOnly(ctx)
	if got := c.sessionOf(t.Account); got != nil && !got.isBroken() {
		return got, nil
	}
	if told.Message == "" {
		told = model.Problem{Kind: model.KindNoCredentials, Operation: opSignIn, Message: "no sign-in reaches account " + t.Account}
	}
	told.Target = t
	return nil, told
}

// Identify says who the sign-in is that reaches a target. The error is a
// model.Problem.
func (c *Client) Identify(ctx context.Context, t model.Target) (model.Identity, error) {
	s, err := c.enter(ctx, t)
	if err != nil {
		return model.Identity{}, err
	}
	return s.who(), nil
}

func (c *Client) sessionOf(account string) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.accounts[account]
}

// movedEndpoint reports whether the user sends the calls elsewhere, where a name
// that does not resolve says nothing about AWS's regions.
func (c *wiring) movedEndpoint() bool {
	return c.opt.EndpointURL != "" || c.opt.Static == nil && len(endpointVariables()) > 0
}

func problemIn(t model.Target, err error) model.Problem {
	p := classify(err)
	p.Target = t
	return p
}
