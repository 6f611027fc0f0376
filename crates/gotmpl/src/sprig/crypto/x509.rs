//! The structure of a certificate (RFC 5280, section 4.1), for reading and writing.
//!
//! `x509-cert` has these types as well, and its extensions are used here. Its certificate is not: nothing outside of
//! that crate can fill one in without its builder; its dates begin in 1970, and Go's do not; and a name that is signed
//! has to stay as its issuer wrote it, byte for byte.

use der::Sequence;
use der::asn1::{Any, BitString, Uint};
use x509_cert::ext::Extensions;
use x509_cert::{AlgorithmIdentifier, SubjectPublicKeyInfo, Version};

/// A certificate with its signature.
#[derive(Sequence)]
pub(super) struct Signed {
    pub body: Body,
    pub algorithm: AlgorithmIdentifier,
    pub signature: BitString,
}

/// The signed part of a certificate.
#[derive(Sequence)]
pub(super) struct Body {
    #[asn1(context_specific = "0", default = "Default::default")]
    pub version: Version,
    pub serial: Uint,
    pub algorithm: AlgorithmIdentifier,
    pub issuer: Any,
    pub validity: Validity,
    pub subject: Any,
    pub public: SubjectPublicKeyInfo,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub issuer_id: Option<BitString>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    pub subject_id: Option<BitString>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    pub extensions: Option<Extensions>,
}

/// The start and end of a certificate's validity.
#[derive(Sequence)]
pub(super) struct Validity {
    pub from: Any,
    pub to: Any,
}
