//! CertificateSigningRequests.

use k8s_openapi::api::certificates::v1::CertificateSigningRequest;

use super::super::common::list;
use super::super::meta;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::signer_name;

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
    certificate_request(report, &at.field("request"), &object.spec.request.0);
    certificate_usages(report, &at.field("usages"), list(&object.spec.usages));
    signer(report, &at.field("signerName"), &object.spec.signer_name);
    if let Some(seconds) = object.spec.expiration_seconds {
        certificate_lasts(report, &at.field("expirationSeconds"), seconds);
    }
}

rules!(
    /// A request is PEM of the type `CERTIFICATE REQUEST`.
    ///
    /// Source: `validateCSR`, pkg/apis/certificates/validation/validation.go (what is within the PEM is not read here)
    fn certificate_request(report: &mut Report<'_>, at: &Path<'_>, request: &[u8]) {
        if !String::from_utf8_lossy(request).contains(BEGIN) {
            report.error(at, "it is no PEM block `CERTIFICATE REQUEST`");
        }
    },

    /// A certificate is for something, and all that it is for is something that there is, said once.
    ///
    /// Source: `validateCertificateSigningRequest`, pkg/apis/certificates/validation/validation.go
    fn certificate_usages(report: &mut Report<'_>, at: &Path<'_>, usages: &[String]) {
        if usages.is_empty() {
            report.required(at, "what the certificate is for: `client auth` or such");
        }
        for (index, usage) in usages.iter().enumerate() {
            report.one_of(&at.index(index), usage, &USAGES);
            if usages[..index].contains(usage) {
                report.duplicate(&at.index(index), format_args!("{usage:?}"));
            }
        }
    },

    /// A signer is named, with its domain.
    ///
    /// Source: `ValidateSignerName`, pkg/apis/certificates/validation/validation.go
    fn signer(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        match name {
            "" => report.required(at, "who signs, such as `kubernetes.io/kube-apiserver-client`"),
            "kubernetes.io/legacy-unknown" => report.error(at, "`certificates.k8s.io/v1` has no such signer"),
            name => report.require(at, signer_name(name)),
        }
    },

    /// A certificate lasts for 10 minutes at least.
    ///
    /// Source: `validateCertificateSigningRequest`, pkg/apis/certificates/validation/validation.go
    fn certificate_lasts(report: &mut Report<'_>, at: &Path<'_>, seconds: i32) {
        if seconds < 600 {
            report.error(at, format_args!("{seconds} is too short: at least 600 seconds"));
        }
    }
);
