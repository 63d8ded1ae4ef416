package aws

import (
	"strings"

	"nbscope/model"
)

// kindOfCode maps an error code of AWS, of any service and protocol, to a kind.
// The message is looked at for the few differences that AWS has no code for.
func kindOfCode(code, message string) model.ProblemKind {
	code = strings.TrimPrefix(code, "Client.")
	switch code {
	case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError",
		"AuthorizationErrorException", "UnauthorizedException", "ForbiddenException", "Forbidden", "NotAuthorized",
		"AccessDeniedForDependencyException":
		return kindOfRefusal(message)
	case "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired", "ExpiredCredentials":
		return model.KindExpired
	case "UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "InvalidAccessKeyId",
		"InvalidSecurity", "NotSignedUp", "MissingClientTokenId", "InvalidIdentityToken":
		return model.KindBadCredentials
	case "SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature", "IncompleteSignatureException":
		if scopedToAnother(message) {
			return model.KindWrongRegion
		}
		return model.KindSignature
	case "MissingAuthenticationToken", "MissingAuthenticationTokenException":
		return model.KindUnsigned
	case "AuthorizationHeaderMalformed":
		return model.KindWrongRegion
	case "OptInRequired", "RegionDisabledException":
		return model.KindNotEnabled
	case "UnknownOperationException", "UnknownOperation", "InvalidAction", "UnknownAction":
		return model.KindNotOffered
	case "ResourceLimitExceeded", "ServiceQuotaExceededException", "LimitExceededException", "LimitExceeded",
		"VcpuLimitExceeded", "TooManyTagsException":
		return model.KindLimit
	case "ConflictException", "ResourceInUse", "ResourceInUseException", "ConcurrentModificationException",
		"IncorrectState", "OperationAborted":
		return model.KindConflict
	case "RequestTimeout", "RequestTimeoutException":
		return model.KindTimeout
	}
	return kindOfCommonCode(code, message)
}

func kindOfCommonCode(code, message string) model.ProblemKind {
	switch code {
	case "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled",
		"TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded", "SlowDown",
		"ProvisionedThroughputExceededException", "PriorRequestNotComplete", "EC2ThrottledException",
		"TransactionInProgressException":
		return model.KindThrottled
	case "ValidationException", "ValidationError":
		return kindOfValidation(message)
	case "InvalidToken", "InvalidNextToken", "InvalidPaginationTokenException", "PaginationTokenExpiredException",
		"InvalidParameterValue", "InvalidParameterException", "InvalidParameterCombination", "MissingParameter",
		"InvalidInputException", "InvalidRequest", "InvalidRequestException", "MalformedQueryString", "SerializationException",
		"AWSOrganizationsNotInUseException", "DryRunOperation", "FilterLimitExceeded":
		return model.KindInvalid
	case "InternalFailure", "InternalError", "InternalServerError", "InternalServerException", "InternalServiceException",
		"InternalServiceError", "IDPCommunicationError", "ServiceUnavailable", "ServiceUnavailableException", "ServiceException", "Unavailable":
		return model.KindService
	}
	// EC2 says InvalidSubnetID.NotFound, others NoSuchBucket or UnknownResourceNotFoundException.
	if strings.HasSuffix(code, "NotFound") || strings.HasSuffix(code, "NotFoundException") || strings.HasPrefix(code, "NoSuch") {
		return model.KindNotFound
	}
	if strings.HasSuffix(code, ".Malformed") {
		return model.KindInvalid
	}
	return model.KindUnknown
}

// scopedToAnother reports whether an endpoint says that it is none of the region that
// the request is signed for. It has the code of a bad signature for that.
func scopedToAnother(message string) bool {
	return strings.Contains(message, "scoped to a valid region") || strings.Contains(message, "scoped to a valid Region")
}

// kindOfRefusal tells a refusal by IAM from one by the organization, for which AWS
// has one and the same code, and from a refused MFA code, which STS calls
// AccessDenied too.
func kindOfRefusal(message string) model.ProblemKind {
	if strings.Contains(message, "MultiFactorAuthentication failed") {
		return model.KindMFA
	}
	return refusalOf(message).kind()
}

// hintForSignature is hintFor for what is wrong with the signature of a request.
func hintForSignature(p *model.Problem) string {
	switch {
	case p.Kind == model.KindUnsigned:
		return "something on the way removes the Authorization header: look for a proxy, and check the endpoint URL"
	case p.Kind == model.KindWrongRegion:
		return "the endpoint serves one region only: check --endpoint-url, AWS_ENDPOINT_URL and endpoint_url, or name its region with --region"
	case strings.HasPrefix(p.Code, "Incomplete"):
		return "something on the way changes the Authorization header: look for a proxy"
	}
	return "check the secret access key; a proxy that changes requests does this too"
}

// kindOfValidation takes apart SageMaker's ValidationException, the one code that
// it has for a missing notebook, a wrong state, a taken name and a bad value.
func kindOfValidation(message string) model.ProblemKind {
	switch {
	case strings.HasPrefix(message, "RecordNotFound"), strings.Contains(message, "not found"),
		strings.Contains(message, "does not exist"):
		return model.KindNotFound
	case strings.HasPrefix(message, "Status ("), strings.HasPrefix(message, "Cannot create a duplicate"),
		strings.Contains(message, "already exist"):
		return model.KindConflict
	}
	return model.KindInvalid
}

// hintFor says what mends a problem that AWS answered with, where that follows
// from its kind alone.
func hintFor(p *model.Problem) string {
	switch p.Kind {
	case model.KindDenied, model.KindSCP:
		if hint := refusalOf(p.Message).hint(p.Operation); hint != "" {
			return hint
		}
		if p.Operation == "" {
			return "ask for read access in this account"
		}
		return "ask for " + p.Operation + " in this account"
	case model.KindExpired:
		return "renew the credentials, then retry"
	case model.KindBadCredentials:
		return "check the access key, or sign in again"
	case model.KindSignature, model.KindUnsigned, model.KindWrongRegion:
		return hintForSignature(p)
	case model.KindThrottled:
		return "retry, with a smaller --concurrency if it goes on"
	case model.KindNotEnabled:
		return "enable the region for the account, or leave it out with --region"
	case model.KindService:
		return "AWS has a problem; retry later"
	case model.KindProtocol:
		return hintNotAWS
	case model.KindMFA:
		return "wait for a new code, then retry"
	case model.KindInvalid:
		if p.Code == "AWSOrganizationsNotInUseException" {
			return "the account is in no organization: use --role-arn or --profile instead of --org-role"
		}
		return ""
	case model.KindSSOExpired, model.KindNoCredentials, model.KindNoProfile, model.KindBadProfile,
		model.KindNotOffered, model.KindNotFound, model.KindConflict, model.KindLimit, model.KindTimeout,
		model.KindNetwork, model.KindTooLarge, model.KindCanceled, model.KindConfig, model.KindClock, model.KindUnknown:
		return ""
	}
	return ""
}
