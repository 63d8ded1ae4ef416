package aws

import (
	"context"
	"fmt"
	"slices"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	awsmw "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// spoken is a service that is spoken to with the SDK's own parts, but for its package:
// what it takes to make a request, to sign it and to read the answer.
type spoken struct {
	service string
	steps   []func(*middleware.Stack) error // the three of them
}

// call makes a call. What stands in the way of every other call stands in the way of
// these.
func (s *spoken) call(ctx context.Context, cfg sdkaws.Config, op string, in any) (middleware.Metadata, error) {
	stack := middleware.NewStack(op, smithyhttp.NewStackRequest)
	ctx = middleware.ClearStackValues(ctx)
	ctx = awsmw.SetServiceID(ctx, s.service)
	ctx = awsmw.SetOperationName(ctx, op)
	ctx = awsmw.SetRegion(ctx, cfg.Region)
	steps := slices.Concat(s.steps, []func(*middleware.Stack) error{
		awsmw.AddRequestUserAgentMiddleware,
		func(s *middleware.Stack) error { // before the signing
			return retry.AddRetryMiddlewares(s, retry.AddRetryMiddlewaresOptions{Retryer: cfg.Retryer()})
		},
		awsmw.AddRawResponseToMetadata, awsmw.AddRecordResponseTiming,
	}, cfg.APIOptions)
	for _, add := range steps {
		if err := add(stack); err != nil {
			return middleware.Metadata{}, fmt.Errorf("put together a call to %s: %w", s.service, err)
		}
	}
	_, md, err := middleware.DecorateHandler(smithyhttp.NewClientHandlerWithOptions(cfg.HTTPClient), stack).Handle(ctx, in)
	if err != nil {
		return md, &smithy.OperationError{ServiceID: s.service, OperationName: op, Err: err}
	}
	return md, nil
}
