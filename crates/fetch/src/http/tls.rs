//! TLS settings from the files that flags name, with Helm's errors.

use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use mkmanifests_yaml::diagnostic::io_reason;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use super::verifier::{Anything, Verifier};
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
pub(super) fn config(connection: &Connection, network: &Network) -> Result<Arc<ClientConfig>, TlsError> {
    let Connection { ca_file, cert_file, key_file, insecure_skip_tls_verify, .. } = connection;
    let provider = Arc::new(ring::default_provider());
    // The versions and ciphers of the provider fit together.
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::KeyPair(error.to_string()))?;
    let builder = builder.dangerous().with_custom_certificate_verifier(match ca_file {
        _ if *insecure_skip_tls_verify => Arc::new(Anything(provider)),
        Some(file) => verifier(trusted(file)?, provider)?,
        None => verifier(roots::system(network), provider)?,
    });
    let has_pair = cert_file.is_some() && key_file.is_some();
    let is_custom = has_pair || ca_file.is_some() || *insecure_skip_tls_verify;
    let config = if is_custom && (cert_file.is_some() || key_file.is_some()) {
        let (chain, key) = client_certificate(cert_file.as_deref(), key_file.as_deref())?;
        builder.with_client_auth_cert(chain, key).map_err(|error| TlsError::KeyPair(error.to_string()))?
    } else {
        builder.with_no_client_auth()
    };
    Ok(Arc::new(config))
}

/// Without certificates, Mozilla's are trusted.
fn verifier(
    trusted: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    if trusted.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots.add_parsable_certificates(trusted.iter().cloned());
    let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
    let inner = inner.map_err(|_| TlsError::NoCertificates)?;
    Ok(Arc::new(Verifier { inner, trusted }))
}

fn trusted(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let certificates = roots::parse(&read("can't read CA file", file)?);
    if certificates.is_empty() { Err(TlsError::NoCertificates) } else { Ok(certificates) }
}

/// A chain of certificates and its key.
type KeyPair = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn client_certificate(certificate: Option<&Path>, key: Option<&Path>) -> Result<KeyPair, TlsError> {
    let pem = read("unable to read cert file", certificate.unwrap_or(Path::new("")))?;
    let key = read("unable to read key file", key.unwrap_or(Path::new("")))?;
    let chain = roots::parse(&pem);
    let missing = |what: &str| TlsError::KeyPair(format!("failed to find any PEM data in {what} input"));
    if chain.is_empty() {
        return Err(missing("certificate"));
    }
    Ok((chain, PrivateKeyDer::from_pem_slice(&key).map_err(|_| missing("key"))?))
}

fn read(what: &'static str, file: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(file).map_err(|error| TlsError::File { what, file: file.display().to_string(), reason: io_reason(&error) })
}
