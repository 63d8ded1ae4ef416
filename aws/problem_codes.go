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
		"InvalidSecurity", "NotSignedUp", "SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature",
		"IncompleteSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
		"MissingClientTokenId", "InvalidIdentityToken":
		return model.KindBadCredentials
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
	case "ResourceNotFoundException", "ResourceNotFound", "NotFoundException", "NoSuchEntity", "NoSuchEntityException",
		"AccountNotFoundException", "RecordNotFound":
		return model.KindNotFound
	case "InvalidToken", "InvalidNextToken", "InvalidPaginationTokenException", "PaginationTokenExpiredException",
		"InvalidParameterValue", "InvalidParameterException", "InvalidParameterCombination", "MissingParameter",
		"InvalidInputException", "InvalidRequest", "InvalidRequestException", "MalformedQueryString", "SerializationException",
		"AWSOrganizationsNotInUseException", "DryRunOperation", "FilterLimitExceeded":
		return model.KindInvalid
	case "InternalFailure", "InternalError", "InternalServerError", "InternalServerException", "InternalServiceException",
		"InternalServiceError", "ServiceUnavailable", "ServiceUnavailableException", "ServiceException", "Unavailable":
		return model.KindService
	}
	if strings.HasSuffix(code, ".NotFound") { // EC2: InvalidSubnetID.NotFound and its like
		return model.KindNotFound
	}
	if strings.HasSuffix(code, ".Malformed") {
		return model.KindInvalid
	}
	return model.KindUnknown
}

// kindOfRefusal tells a refusal by IAM from one by a service control policy, for
// which AWS has one and the same code, and from a refused MFA code, which STS
// calls AccessDenied too.
func kindOfRefusal(message string) model.ProblemKind {
	switch {
	case strings.Contains(message, "explicit deny in a service control policy"):
		return model.KindSCP
	case strings.Contains(message, "MultiFactorAuthentication failed"):
		return model.KindMFA
	}
	return model.KindDenied
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
	case model.KindDenied:
		if p.Operation == "" {
			return "ask for read access in this account"
		}
		return "ask for " + p.Operation + " in this account"
	case model.KindSCP:
		return "the organization forbids this here; leave the region out with --region if that is meant so"
	case model.KindExpired:
		return "renew the credentials, then retry"
	case model.KindBadCredentials:
		return "check the access key and the clock, or sign in again"
	case model.KindThrottled:
		return "retry, with a smaller --concurrency if it stays so"
	case model.KindNotEnabled:
		return "enable the region for the account, or leave it out with --region"
	case model.KindService:
		return "AWS has a fault; retry later"
	case model.KindMFA:
		return "wait for a new code, then retry"
	case model.KindInvalid:
		if p.Code == "AWSOrganizationsNotInUseException" {
			return "the account is in no organization: use --role-arn or --profile instead of --org-role"
		}
		return ""
	case model.KindSSOExpired, model.KindNoCredentials, model.KindNoProfile, model.KindBadProfile,
		model.KindNotOffered, model.KindNotFound, model.KindConflict, model.KindLimit, model.KindTimeout,
		model.KindNetwork, model.KindProtocol, model.KindTooLarge, model.KindCanceled, model.KindConfig, model.KindUnknown:
		return ""
	}
	return ""
}
