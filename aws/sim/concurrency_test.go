package sim

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
)

func TestOfManyCreatesOfOneNameOneSucceeds(t *testing.T) {
	t.Parallel()
	a, ctx := newAtelier(t, ""), context.Background()
	var made atomic.Int64
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			if _, err := a.CreateNotebookInstance(ctx, a.whole("One")); err == nil {
				made.Add(1)
			}
			_, _ = a.ListNotebookInstances(ctx, &sagemaker.ListNotebookInstancesInput{})
			_, _ = a.ec2("us-east-1").DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})
			_, _ = a.AddTags(ctx, &sagemaker.AddTagsInput{ResourceArn: sdkaws.String(a.place().arn("sagemaker", "notebook-instance/one")), Tags: a.whole("x").Tags})
			_, _ = a.CreateNotebookInstanceLifecycleConfig(ctx, &sagemaker.CreateNotebookInstanceLifecycleConfigInput{
				NotebookInstanceLifecycleConfigName: sdkaws.String(fmt.Sprint("c-", i)),
			})
			_, _ = a.ListNotebookInstanceLifecycleConfigs(ctx, &sagemaker.ListNotebookInstanceLifecycleConfigsInput{})
			_ = a.World()
		})
	}
	wg.Wait()
	ok := 0
	for _, w := range a.Writes() {
		if w.Operation == "SageMaker.CreateNotebookInstance" && w.Code == "" {
			ok++
		}
	}
	if made.Load() != 1 || ok != 1 {
		t.Errorf("%d succeeded, the log tells of %d", made.Load(), ok)
	}
}
