package aws

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	awsmw "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"nbscope/aws/mover"
	"nbscope/model"
	"nbscope/model/recreate"
)

// This file makes every call of the program that changes something in an account,
// and is the only one that may: a test parses the others. The rules are:
//
//   - A call is sent once, but for those about a bucket and an object of ours, which can
//     be repeated. Whether one whose answer was lost was carried out is
//     found out by looking, never by sending it again.
//   - A throttled call was not carried out, so that one is sent again, a few times.
//   - A call that was begun is finished: ending the context stops only the next.

const (
	callTimeout = 90 * time.Second // for the answer to a call that changes something
	maxTries    = 6                // of a call that is throttled
)

// writer makes calls that change something in one region of an account. Only
// session.writer makes one, for accounts whose writes are not locked.
type writer struct {
	client *sagemaker.Client
	pause  time.Duration // before the second try of a throttled call; doubled for each one after
}

// create makes a notebook. Every member that the spec has is sent, also where it
// is AWS's default.
func (w *writer) create(ctx context.Context, spec *recreate.Spec) (requestID string, err error) {
	in, err := createInput(spec)
	if err != nil {
		return "", err
	}
	return sendOnce(ctx, w, w.client.CreateNotebookInstance, in,
		func(o *sagemaker.CreateNotebookInstanceOutput) middleware.Metadata { return o.ResultMetadata })
}

func (w *writer) start(ctx context.Context, name string) (requestID string, err error) {
	return sendOnce(ctx, w, w.client.StartNotebookInstance, &sagemaker.StartNotebookInstanceInput{NotebookInstanceName: &name},
		func(o *sagemaker.StartNotebookInstanceOutput) middleware.Metadata { return o.ResultMetadata })
}

func (w *writer) stop(ctx context.Context, name string) (requestID string, err error) {
	return sendOnce(ctx, w, w.client.StopNotebookInstance, &sagemaker.StopNotebookInstanceInput{NotebookInstanceName: &name},
		func(o *sagemaker.StopNotebookInstanceOutput) middleware.Metadata { return o.ResultMetadata })
}

// update sets the platform and leaves everything else as it is.
func (w *writer) update(ctx context.Context, name, platform string) (requestID string, err error) {
	in := &sagemaker.UpdateNotebookInstanceInput{NotebookInstanceName: &name, PlatformIdentifier: &platform}
	return sendOnce(ctx, w, w.client.UpdateNotebookInstance, in,
		func(o *sagemaker.UpdateNotebookInstanceOutput) middleware.Metadata { return o.ResultMetadata })
}

func (w *writer) delete(ctx context.Context, name string) (requestID string, err error) {
	return sendOnce(ctx, w, w.client.DeleteNotebookInstance, &sagemaker.DeleteNotebookInstanceInput{NotebookInstanceName: &name},
		func(o *sagemaker.DeleteNotebookInstanceOutput) middleware.Metadata { return o.ResultMetadata })
}

// sendOnce sends what changes something; metadata is where its answer has the request's id.
func sendOnce[I, O any](
	ctx context.Context, w *writer, do func(context.Context, I, ...func(*sagemaker.Options)) (O, error), in I, metadata func(O) middleware.Metadata,
) (requestID string, err error) {
	return w.send(ctx, func(ctx context.Context) (middleware.Metadata, error) {
		out, err := do(ctx, in, singly)
		if err != nil {
			return middleware.Metadata{}, err
		}
		return metadata(out), nil
	})
}

// presign makes a URL that signs in to a notebook's Jupyter. It changes nothing,
// but whoever has the URL runs code with the notebook's role.
func (w *writer) presign(ctx context.Context, name string) (url string, err error) {
	out, err := w.client.CreatePresignedNotebookInstanceUrl(ctx, &sagemaker.CreatePresignedNotebookInstanceUrlInput{
		NotebookInstanceName: sdkaws.String(name),
	})
	if err != nil {
		return "", err
	}
	return sdkaws.ToString(out.AuthorizedUrl), nil
}

// putObject is the call that puts one object with this checksum. It is never made here:
// a URL is signed for it, and whoever has that puts the object. Where there is no key of
// KMS, encryption is left to the bucket: S3 leaves nothing in the clear.
func (*writer) putObject(b *s3Bucket, key string, size int64, checksum string) *s3Call {
	call := b.call("PutObject", http.MethodPut, key)
	call.size = size
	call.header.Set("X-Amz-Checksum-Sha256", checksum)
	if b.key != "" {
		call.header.Set("X-Amz-Server-Side-Encryption", "aws:kms")
		call.header.Set("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id", b.key)
	}
	return call
}

// createBucket makes a bucket: private, and encrypted by S3, as all are that nothing else
// is said of. One that is there already is no error where it is this account's.
func (*writer) createBucket(ctx context.Context, b *s3Bucket) error {
	call := b.call("CreateBucket", http.MethodPut, "")
	call.header = nil            // it has no owner yet
	if b.region != "us-east-1" { // which has no name there
		call.body = []byte(`<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>` + b.region + `</LocationConstraint></CreateBucketConfiguration>`)
	}
	err := b.client().do(ctx, call)
	var said smithy.APIError
	if errors.As(err, &said) && said.ErrorCode() == "BucketAlreadyOwnedByYou" {
		return nil
	}
	return err
}

// deleteObject takes an object of ours away.
func (*writer) deleteObject(ctx context.Context, b *s3Bucket, o mover.Object) error {
	call := b.call("DeleteObject", http.MethodDelete, o.Key)
	if o.Version != "" {
		call.query.Set("versionId", o.Version)
	}
	return b.client().do(ctx, call)
}

// send makes a call, again only while it is throttled, and returns the id that AWS
// gave it.
func (w *writer) send(ctx context.Context, call func(context.Context) (middleware.Metadata, error)) (requestID string, err error) {
	for try := 1; ; try++ {
		md, err := finish(ctx, call)
		if err == nil {
			id, _ := awsmw.GetRequestIDMetadata(md)
			return id, nil
		}
		if !isThrottle(err) || try == maxTries {
			return "", err
		}
		if sleep(ctx, jittered(w.pause<<(try-1))) != nil {
			return "", err
		}
	}
}

// finish makes one call that ending the context does not end.
func finish(ctx context.Context, call func(context.Context) (middleware.Metadata, error)) (middleware.Metadata, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
	defer cancel()
	return call(ctx)
}

// singly keeps the SDK from repeating a call.
func singly(o *sagemaker.Options) { o.Retryer = sdkaws.NopRetryer{} }

// createInput is the request for a spec: the SDK's members have the API's names.
func createInput(s *recreate.Spec) (*sagemaker.CreateNotebookInstanceInput, error) {
	in := &sagemaker.CreateNotebookInstanceInput{}
	dec := json.NewDecoder(bytes.NewReader(s.Input()))
	dec.DisallowUnknownFields()
	if err := dec.Decode(in); err != nil {
		return nil, model.Problem{Kind: model.KindInvalid, Operation: "sagemaker:CreateNotebookInstance", Message: "the SDK does not have what the plan asks for: " + err.Error()}
	}
	return in, nil
}
