//! CertificateSigningRequests.

use k8s_openapi::api::certificates::v1::CertificateSigningRequest;

use super::super::common::list;
use super::super::meta;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::signer_name as valid_signer_name;

const USAGES: [&str; 23] = [
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
];

const BEGIN: &str = "-----BEGIN CERTIFICATE REQUEST-----";

pub(crate) fn validate(object: &CertificateSigningRequest, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, super::super::names::Name::Segment);
    let at = Path::ROOT.field("spec");
    request_pem(report, &at.field("request"), &object.spec.request.0);
    usages(report, &at.field("usages"), list(&object.spec.usages));
    signer_name(report, &at.field("signerName"), &object.spec.signer_name);
    if let Some(seconds) = object.spec.expiration_seconds {
        expiration_seconds(report, &at.field("expirationSeconds"), seconds);
    }
}

/// The area of the rules below.
const AREA: &str = "certificatesigningrequest";

rules!(
    /// `request` must be a PEM block of type `CERTIFICATE REQUEST`.
    ///
    /// Example: `spec: {request: bm8gcGVt}`
    ///
    /// Source: `validateCSR`, pkg/apis/certificates/validation/validation.go (what is within the PEM is not read here)
    fn request_pem(report: &mut Report<'_>, at: &Path<'_>, request: &[u8]) {
        if !String::from_utf8_lossy(request).contains(BEGIN) {
            report.error(at, "must be a PEM block of type `CERTIFICATE REQUEST`");
        }
    },

    /// `usages` must have at least one key usage, such as `client auth`; each must be known and unique.
    ///
    /// Example: `spec: {usages: [client auth, client auth]}`
    ///
    /// Source: `validateCertificateSigningRequest`, pkg/apis/certificates/validation/validation.go
    fn usages(report: &mut Report<'_>, at: &Path<'_>, usages: &[String]) {
        if usages.is_empty() {
            report.required(at, "at least one usage, such as `client auth`");
        }
        for (index, usage) in usages.iter().enumerate() {
            report.one_of(&at.index(index), usage, &USAGES);
            if usages[..index].contains(usage) {
                report.duplicate(&at.index(index), format_args!("{usage:?}"));
            }
        }
    },

    /// `signerName` is required and must be `domain/path`, such as `kubernetes.io/kube-apiserver-client`;
    /// `kubernetes.io/legacy-unknown` is not supported.
    ///
    /// Example: `spec: {signerName: kubernetes}`
    ///
    /// Source: `ValidateSignerName`, pkg/apis/certificates/validation/validation.go
    fn signer_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        match name {
            "" => report.required(at, "the signer, such as `kubernetes.io/kube-apiserver-client`"),
            "kubernetes.io/legacy-unknown" => {
                report.error(at, "`kubernetes.io/legacy-unknown` is not supported in `certificates.k8s.io/v1`")
            }
            name => report.require(at, valid_signer_name(name)),
        }
    },

    /// `expirationSeconds` must be at least 600.
    ///
    /// Example: `spec: {expirationSeconds: 60}`
    ///
    /// Source: `validateCertificateSigningRequest`, pkg/apis/certificates/validation/validation.go
    fn expiration_seconds(report: &mut Report<'_>, at: &Path<'_>, seconds: i32) {
        if seconds < 600 {
            report.error(at, format_args!("must be at least 600 seconds, found {seconds}"));
        }
    }
);
