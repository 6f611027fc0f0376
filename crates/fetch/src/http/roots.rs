//! The certificates that the system trusts.
//!
//! Read here and not by a crate: on Linux it takes a list of files, the one that Go has, and users know `SSL_CERT_FILE`
//! from Helm. Where there are none (a container from scratch, Windows), the program has Mozilla's list compiled in.

use std::fs;
use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::Network;

/// The files of Linux distributions, BSDs and macOS, as in Go's `crypto/x509`.
const FILES: [&str; 8] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/etc/ssl/cert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
];

const FOLDERS: [&str; 2] = ["/etc/ssl/certs", "/etc/pki/tls/certs"];

/// Returns the certificates to trust: those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, else the system's. If there are
/// none, the caller takes Mozilla's.
pub(super) fn system(network: &Network) -> Vec<CertificateDer<'static>> {
    let mut certificates = Vec::new();
    let files = match &network.ssl_cert_file {
        Some(file) => vec![file.clone()],
        None => FILES.map(PathBuf::from).to_vec(),
    };
    if let Some(content) = files.iter().find_map(|file| fs::read(file).ok()) {
        certificates.extend(parse(&content));
    }
    if let Some(folders) = &network.ssl_cert_dir {
        folders.iter().for_each(|folder| read_folder(folder, &mut certificates));
    } else if certificates.is_empty() {
        FOLDERS.iter().for_each(|folder| read_folder(Path::new(folder), &mut certificates));
    }
    certificates
}

fn read_folder(folder: &Path, certificates: &mut Vec<CertificateDer<'static>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if let Ok(content) = fs::read(entry.path()) {
            certificates.extend(parse(&content));
        }
    }
}

/// Returns the certificates in a file; anything else in it is skipped.
pub(super) fn parse(content: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(content).filter_map(Result::ok).collect()
}
