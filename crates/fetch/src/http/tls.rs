//! TLS settings from the files that flags name, with Helm's errors.

use std::fmt;
use std::fs;
use std::path::Path;

use mkmanifests_yaml::diagnostic::io_reason;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

use super::{Connection, Network, roots};

/// Why the files for TLS cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsError {
    /// A file cannot be read.
    File {
        /// What Helm calls it, such as `can't read CA file`.
        what: &'static str,
        /// The file as it was named.
        file: String,
        /// Go's text for the reason.
        reason: String,
    },
    /// The CA file has no certificate.
    NoCertificates,
    /// The certificate and the key are unreadable, or do not belong together.
    KeyPair(String),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("can't create TLS config for client: ")?;
        match self {
            TlsError::File { what, file, reason } => write!(f, "{what}: {file:?}: open {file}: {reason}"),
            TlsError::NoCertificates => f.write_str("failed to append certificates from pem block"),
            TlsError::KeyPair(reason) => write!(f, "unable to load cert from key pair: tls: {reason}"),
        }
    }
}

/// Reads the files of a connection. As in Helm, a certificate without a key counts only together with other settings.
pub(super) fn config(connection: &Connection, network: &Network) -> Result<TlsConfig, TlsError> {
    let Connection { ca_file, cert_file, key_file, insecure_skip_tls_verify, .. } = connection;
    let has_pair = cert_file.is_some() && key_file.is_some();
    let is_custom = has_pair || ca_file.is_some() || *insecure_skip_tls_verify;
    let client = if is_custom && (cert_file.is_some() || key_file.is_some()) {
        Some(client_certificate(cert_file.as_deref(), key_file.as_deref())?)
    } else {
        None
    };
    let trusted = match ca_file {
        Some(file) => trusted(file)?,
        None => roots::system(network),
    };
    let config = TlsConfig::builder().client_cert(client).root_certs(trusted);
    Ok(config.disable_verification(*insecure_skip_tls_verify).build())
}

fn trusted(file: &Path) -> Result<RootCerts, TlsError> {
    let certificates: Vec<_> = roots::parse(&read("can't read CA file", file)?).collect();
    if certificates.is_empty() { Err(TlsError::NoCertificates) } else { Ok(certificates.into()) }
}

fn client_certificate(certificate: Option<&Path>, key: Option<&Path>) -> Result<ClientCert, TlsError> {
    let pem = read("unable to read cert file", certificate.unwrap_or(Path::new("")))?;
    let key = read("unable to read key file", key.unwrap_or(Path::new("")))?;
    let chain: Vec<Certificate<'static>> = roots::parse(&pem).collect();
    check(&chain, &key).map_err(TlsError::KeyPair)?;
    let key = PrivateKey::from_pem(&key).map_err(|error| TlsError::KeyPair(error.to_string()))?;
    Ok(ClientCert::new_with_certs(&chain, key))
}

/// Checks that the key is one, and that of the certificate: the HTTP client would panic.
fn check(chain: &[Certificate<'static>], key: &[u8]) -> Result<(), String> {
    if chain.is_empty() {
        return Err("failed to find any PEM data in certificate input".into());
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| "failed to find any PEM data in key input")?;
    let chain = chain.iter().map(|certificate| CertificateDer::from(certificate.der().to_vec())).collect();
    CertifiedKey::from_der(chain, key, &ring::default_provider()).map(|_| ()).map_err(|error| error.to_string())
}

fn read(what: &'static str, file: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(file).map_err(|error| TlsError::File { what, file: file.display().to_string(), reason: io_reason(&error) })
}
