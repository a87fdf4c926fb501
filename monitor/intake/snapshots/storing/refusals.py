"""What a server of buckets refuses, or does not answer, in words: what, where and what to do."""

from typing import Any

from monitor.base.errors import StorageError, brief
from monitor.base.settings.parts import BucketSettings

ATTEMPTS = 4
"""How often a request is made, with growing pauses, before it has failed."""
_AGAIN = "Nothing that was not finished counts, and the next run does it again"
_BUCKET = "make the bucket, or mend `snapshots` in the configuration"
_RIGHTS = (
    "let these credentials list the bucket and read, write and delete its objects (s3:ListBucket,"
    " s3:GetObject, s3:PutObject, s3:DeleteObject), or use others"
)
_CREDENTIALS = (
    "mend AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, or the profile that"
    " AWS_PROFILE names in ~/.aws"
)
_REGION = "set `region` of [bucket] to that of the bucket"
_ENDPOINT = "see that the server runs and is reached from here, or mend `endpoint` of [bucket]"
_BY_CODE = {
    "NoSuchBucket": ("there is no such bucket", _BUCKET),
    "InvalidBucketName": ("no bucket can have this name", _BUCKET),
    **dict.fromkeys(("AccessDenied", "Forbidden", "403"), ("access is denied", _RIGHTS)),
    **dict.fromkeys(
        (
            *("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken"),
            *("TokenRefreshRequired", "InvalidClientTokenId"),
        ),
        ("the credentials are refused", _CREDENTIALS),
    ),
    **dict.fromkeys(
        (
            *("PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed"),
            *("IllegalLocationConstraintException", "301", "307"),
        ),
        ("the bucket is in another region", _REGION),
    ),
    "RequestTimeTooSkewed": ("the clocks differ too much", "set the clock of this machine"),
}
_BY_KIND = {
    **dict.fromkeys(
        (
            *("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"),
            *("ProfileNotFound", "SSOTokenLoadError", "UnauthorizedSSOTokenError"),
            *("TokenRetrievalError", "ConfigNotFound", "ConfigParseError"),
        ),
        ("there are no credentials to ask with", _CREDENTIALS),
    ),
    **dict.fromkeys(
        ("EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError", "SSLError"),
        ("the server cannot be reached", _ENDPOINT),
    ),
    **dict.fromkeys(
        ("NoRegionError", "InvalidRegionError"), ("no region is known that exists", _REGION)
    ),
}
_SERVER = 500
_BROKEN_OFF = frozenset(
    {"IncompleteReadError", "ResponseStreamingError", "ReadTimeoutError", "ConnectionClosedError"}
)


def is_broken_off(error: Exception) -> bool:
    """Whether an answer began and did not end."""
    return type(error).__name__ in _BROKEN_OFF


def code_of(error: Exception) -> str:
    """What a server calls its refusal; empty where it said nothing."""
    return str(_said(error).get("Error", {}).get("Code", ""))


def _said(error: Exception) -> dict[str, Any]:
    """The answer of a server; nothing where there was none."""
    return getattr(error, "response", None) or {}


def in_words(error: Exception, place: str, doing: str, settings: BucketSettings) -> StorageError:
    """Say what a library for S3 raised, of which place, while what was done, and what to do."""
    server = settings.endpoint or "Amazon S3"
    kind = type(error).__name__
    known = _BY_CODE.get(code_of(error)) or _BY_KIND.get(kind)
    if known is not None:
        what, advice = known
    elif is_broken_off(error):
        what = f"the answer did not come, or broke off ({settings.answer_seconds:g} s each time)"
        advice = "wait until the server is quicker, or raise `answer_seconds` of [bucket]"
    elif _said(error).get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= _SERVER:
        what = f"the server failed each of {ATTEMPTS} times"
        advice = "wait until it works again, or look into its log"
    else:
        what, advice = "the server did not do it", "look up what it said"
    return StorageError(
        f"{place}: {doing} failed at {server}: {what} ({brief(error)}). {_AGAIN}; {advice}"
    )
