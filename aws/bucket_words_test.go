package aws

import (
	"errors"
	"net/http"
	"testing"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nbscope/model"
)

// TestWhyABucketCannotBeUsedIsToldByWhatS3Answers: of a redirect it is told where the bucket
// is, as far as S3 says, and of what nobody can mend here nothing but S3's words.
func TestWhyABucketCannotBeUsedIsToldByWhatS3Answers(t *testing.T) {
	t.Parallel()
	const mayList = "name a bucket of account 111122223333 that you may list, with s3:PutObject, s3:GetObject and s3:DeleteObject for nbscope/*"
	for name, c := range map[string]struct {
		status     int
		code, says string
		region     string // that the answer names
		kind       model.ProblemKind
		message    string
		hint       string
	}{
		"it is not there":      {http.StatusNotFound, "NoSuchBucket", "no", "", model.KindNotFound, "there is no bucket data", "name one that there is, in eu-west-1"},
		"it is refused":        {http.StatusForbidden, "AccessDenied", "no", "", model.KindDenied, "no", mayList},
		"moved for good":       {http.StatusMovedPermanently, "PermanentRedirect", "no", "us-east-1", model.KindConfig, "the bucket data is in us-east-1, and the notebooks are in eu-west-1", "name a bucket in eu-west-1"},
		"moved for now":        {http.StatusTemporaryRedirect, "TemporaryRedirect", "no", "us-east-1", model.KindConfig, "the bucket data is in us-east-1, and the notebooks are in eu-west-1", "name a bucket in eu-west-1"},
		"moved to nobody says": {http.StatusMovedPermanently, "PermanentRedirect", "no", "", model.KindConfig, "the bucket data is in another region, and the notebooks are in eu-west-1", "name a bucket in eu-west-1"},
		"signed for elsewhere": {http.StatusBadRequest, "AuthorizationHeaderMalformed", "no", "us-east-1", model.KindConfig, "the bucket data is in us-east-1, and the notebooks are in eu-west-1", "name a bucket in eu-west-1"},
		"it fails":             {http.StatusInternalServerError, "InternalError", "no", "us-east-1", model.KindService, "no", ""},
	} {
		answer := &smithyhttp.Response{Response: &http.Response{StatusCode: c.status, Header: http.Header{}}}
		if c.region != "" {
			answer.Header.Set("X-Amz-Bucket-Region", c.region)
		}
		err := &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{Response: answer, Err: &smithy.GenericAPIError{Code: c.code, Message: c.says}}}
		b := &s3Bucket{session: &session{account: "111122223333"}, region: "eu-west-1", name: "data"}
		p, ok := errors.AsType[model.Problem](b.unready(t.Context(), err))
		if !ok || p.Kind != c.kind || p.Message != c.message || c.hint != "" && p.Hint != c.hint {
			t.Errorf("%s: %+v", name, p)
		}
	}
}
