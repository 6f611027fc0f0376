//! Pushes a chart as `helm push` does.
//!
//! Source: <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#push>

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use mkmanifests_chart::{Metadata, load_archive};
use mkmanifests_go::time::{Time, Zone, zone};
use mkmanifests_yaml::diagnostic::{Sources, io_reason};

use super::answer::{unexpected, verb};
use super::config::config;
use super::media::{self, Descriptor, Manifest};
use super::origin::is_same_origin;
use super::reference::{Reference, SCHEME};
use super::session::{Access, Session, query_escape};
use super::{Digest, Error, Pushed, Step};
use crate::Settings;
use crate::http::limits::{MAX_ANSWER_BYTES, MAX_ARCHIVE_BYTES};
use crate::http::{Connection, HttpRequest, Method, Response};

/// What is pushed.
struct Upload {
    archive: Vec<u8>,
    provenance: Option<Vec<u8>>,
    metadata: Metadata,
    /// When the archive was written.
    created: String,
}

pub(super) fn push(
    settings: &Settings,
    connection: &Connection,
    archive: &Path,
    remote: &str,
) -> Result<Pushed, Error> {
    let target = target(remote)?;
    let upload = read(archive)?;
    let name = clean_path(&format!("{target}/{}", upload.metadata.name));
    let reference = Reference::parse(&format!("{name}:{}", upload.metadata.version))?;
    let place = (&*reference.repository, Access::Push);
    let session = Session::open(settings, connection, &reference.registry, place)?;
    let repository = Repository { session, name: &reference.repository };
    let digest = repository.push(&upload, &reference.tag)?;
    Ok(Pushed { reference: reference.to_string(), digest: digest.to_string() })
}

/// Returns the target without its scheme.
fn target(remote: &str) -> Result<String, Error> {
    let refuse = |reason: String| Err(Error::Unpushable { reason });
    let Ok(url) = mkmanifests_go::url::parse(remote.as_bytes()) else {
        let (_, without_credentials) = remote.rsplit_once('@').unwrap_or(("", remote));
        return refuse(format!("invalid chart URL format: {without_credentials}"));
    };
    match &*url.scheme {
        b"" => refuse("scheme prefix missing from remote (e.g. \"oci://\")".to_owned()),
        b"oci" => {
            let text = String::from_utf8_lossy(&mkmanifests_go::url::write(&url)).into_owned();
            Ok(text.strip_prefix(SCHEME).unwrap_or(&text).to_owned())
        }
        scheme => refuse(format!("scheme \"{}\" not supported", String::from_utf8_lossy(scheme))),
    }
}

/// Removes empty parts, `.` and `..` from a path, as Go's `path.Clean`.
fn clean_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Reads an archive, and the provenance file beside it.
fn read(path: &Path) -> Result<Upload, Error> {
    let name = path.display();
    let refuse = |reason: String| Error::Unpushable { reason };
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => refuse(format!("{name}: no such file")),
        _ => refuse(format!("cannot read {name}: {}", io_reason(&error))),
    };
    let file = fs::metadata(path).map_err(failed)?;
    if file.is_dir() {
        return Err(refuse("cannot push directory, must provide chart archive (.tgz)".to_owned()));
    }
    if file.len() > MAX_ARCHIVE_BYTES {
        return Err(Error::TooLarge { what: name.to_string(), limit: MAX_ARCHIVE_BYTES });
    }
    let archive = fs::read(path).map_err(failed)?;
    let loaded = load_archive(&archive, &name.to_string(), &mut Sources::default()).map_err(|diagnostics| {
        let first = diagnostics.iter().find(|diagnostic| !diagnostic.is_warning());
        refuse(first.map(|diagnostic| diagnostic.message()).unwrap_or_default())
    })?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".prov");
    let provenance = match fs::read(&beside) {
        Ok(content) => Some(content),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(refuse(format!("cannot read {name}.prov: {}", io_reason(&error)))),
    };
    let created = created(file.modified().unwrap_or(UNIX_EPOCH));
    Ok(Upload { archive, provenance, metadata: loaded.chart.metadata.clone(), created })
}

/// Writes a time as in the manifests of `helm push`: in the local time zone, without fractions of a second.
fn created(time: SystemTime) -> String {
    let seconds = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or_default(),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(0, |seconds| -seconds),
    };
    let zone = zone::lookup(&local_zone(), seconds);
    let zone = zone.map_or(Zone::Utc, |(offset, name)| if offset == 0 { Zone::Utc } else { Zone::Fixed(name, offset) });
    let text = Time { seconds, nanoseconds: 0, zone }.format(b"2006-01-02T15:04:05Z07:00");
    String::from_utf8_lossy(&text).into_owned()
}

/// Returns the name of the machine's time zone, as Go finds it: `TZ`, else what `/etc/localtime` links to.
fn local_zone() -> String {
    let database = "/zoneinfo/";
    let name = |path: &str| path.rsplit_once(database).map_or_else(|| path.to_owned(), |(_, name)| name.to_owned());
    match std::env::var("TZ") {
        Ok(zone) => name(zone.strip_prefix(':').unwrap_or(&zone)),
        Err(_) => fs::read_link("/etc/localtime").map(|link| name(&link.to_string_lossy())).unwrap_or_default(),
    }
}

/// Returns the annotations of the manifest. Annotations of the chart replace those that Helm derives, except title and
/// version.
///
/// Source: <https://helm.sh/docs/topics/registries/#oci-feature-deprecation-and-behavior-changes-with-v3120>
fn annotations(metadata: &Metadata, created: &str) -> BTreeMap<String, String> {
    const KEPT: [&str; 2] = ["org.opencontainers.image.title", "org.opencontainers.image.version"];
    let authors: Vec<String> = metadata
        .maintainers
        .iter()
        .map(|maintainer| {
            let email = if maintainer.email.is_empty() { String::new() } else { format!(" ({})", maintainer.email) };
            format!("{}{email}", maintainer.name)
        })
        .collect();
    let derived = [
        ("description", &*metadata.description),
        ("title", &metadata.name),
        ("version", &metadata.version),
        ("url", &metadata.home),
        ("created", created),
        ("source", metadata.sources.first().map_or("", String::as_str)),
        ("authors", &authors.join(", ")),
    ]
    .map(|(name, value)| (format!("org.opencontainers.image.{name}"), value.to_owned()));
    let derived = derived.into_iter().filter(|(_, value)| !value.trim().is_empty());
    let own = metadata.annotations.iter().flatten().filter(|(name, _)| !KEPT.contains(&&**name)).cloned();
    derived.chain(own).collect()
}

fn descriptor(media_type: &str, content: &[u8]) -> Descriptor {
    Descriptor {
        media_type: media_type.to_owned(),
        digest: Digest::of(content).to_string(),
        size: i64::try_from(content.len()).unwrap_or(i64::MAX),
    }
}

/// A repository of a registry.
struct Repository<'a> {
    session: Session,
    name: &'a str,
}

impl Repository<'_> {
    /// Pushes the blobs, then the manifest with its tag. Returns the digest of the manifest.
    fn push(&self, upload: &Upload, tag: &str) -> Result<Digest, Error> {
        let config = config(&upload.metadata);
        let archive = (descriptor(media::CHART, &upload.archive), &*upload.archive);
        let provenance = upload.provenance.as_deref().map(|content| (descriptor(media::PROVENANCE, content), content));
        let mut layers: Vec<(Descriptor, &[u8])> = std::iter::once(archive).chain(provenance).collect();
        layers.sort_by(|(a, _), (b, _)| a.digest.cmp(&b.digest));
        let config = (descriptor(media::CONFIG, &config), &*config);
        let manifest = media::go_json(&Manifest {
            schema_version: 2,
            config: Some(config.0.clone()),
            layers: layers.iter().map(|(descriptor, _)| descriptor.clone()).collect(),
            annotations: annotations(&upload.metadata, &upload.created),
        });
        let digest = Digest::of(&manifest);
        if !self.exists("manifests", digest.as_str()).map_err(Error::during(Step::Exists))? {
            for (descriptor, content) in std::iter::once(config).chain(layers) {
                if !self.exists("blobs", &descriptor.digest).map_err(Error::during(Step::Exists))? {
                    self.push_blob(&descriptor.digest, content).map_err(Error::during(Step::Push))?;
                }
            }
        }
        self.push_manifest(tag, &manifest).map_err(Error::during(Step::Push))?;
        Ok(digest)
    }

    fn exists(&self, kind: &str, digest: &str) -> Result<bool, Error> {
        let url = self.session.url(&format!("/v2/{}/{kind}/{digest}", self.name));
        let accept = (kind == "manifests").then(|| ("Accept", media::accepted_manifests()));
        let request = HttpRequest {
            method: Method::Head,
            url: &url,
            headers: accept.into_iter().collect(),
            body: &[],
            limit: MAX_ANSWER_BYTES,
        };
        let answer = self.session.send(&request)?;
        match answer.status {
            200 => Ok(true),
            404 => Ok(false),
            _ => Err(unexpected("HEAD", &url, &answer)),
        }
    }

    /// Uploads a blob in one piece, to the address that the registry gives for it.
    fn push_blob(&self, digest: &str, content: &[u8]) -> Result<(), Error> {
        let url = self.session.url(&format!("/v2/{}/blobs/uploads/", self.name));
        let answer = self.write(Method::Post, &url, None, &[], 202)?;
        let invalid = |reason: String| Error::InvalidAnswer { method: "POST", url: url.clone(), reason };
        let location = answer.header("location").ok_or_else(|| invalid("no Location header".to_owned()))?;
        let location = super::location(&answer.url, location).map_err(invalid)?;
        if !is_same_origin(&location, &url) {
            return Err(invalid("the blob upload Location is on a different host than the registry".to_owned()));
        }
        let separator = if location.contains('?') { '&' } else { '?' };
        let location = format!("{location}{separator}digest={}", query_escape(digest));
        self.write(Method::Put, &location, Some("application/octet-stream"), content, 201).map(drop)
    }

    fn push_manifest(&self, tag: &str, manifest: &[u8]) -> Result<(), Error> {
        let url = self.session.url(&format!("/v2/{}/manifests/{tag}", self.name));
        let answer = self.write(Method::Put, &url, Some(media::MANIFEST), manifest, 201)?;
        match super::pull::digest_of_answer(&answer) {
            Ok(Some(stated)) if !stated.matches(manifest) => {
                Err(Error::WrongDigest { digest: Digest::of(manifest).to_string() })
            }
            _ => Ok(()),
        }
    }

    fn write(
        &self,
        method: Method,
        url: &str,
        content_type: Option<&'static str>,
        body: &[u8],
        expected: u16,
    ) -> Result<Response, Error> {
        let headers = content_type.into_iter().map(|value| ("Content-Type", value.to_owned())).collect();
        let answer = self.session.send(&HttpRequest { method, url, headers, body, limit: MAX_ANSWER_BYTES })?;
        // The query of an upload is a secret of the registry.
        let shown = url.split('?').next().unwrap_or_default();
        if answer.status == expected { Ok(answer) } else { Err(unexpected(verb(method), shown, &answer)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        for (path, clean) in
            [("a//b/./c", "a/b/c"), ("a/b/../c", "a/c"), ("a/", "a"), ("../a", "../a"), ("/a", "a"), ("", "")]
        {
            assert_eq!(clean_path(path), clean, "{path}");
        }
    }

    #[test]
    fn targets_have_the_scheme_oci() {
        let shown = |remote: &str| target(remote).unwrap_or_else(|error| error.to_string());
        assert_eq!(shown("oci://example.com/charts"), "example.com/charts");
        assert_eq!(shown("example.com/charts"), "scheme prefix missing from remote (e.g. \"oci://\")");
        assert_eq!(shown("https://example.com"), "scheme \"https\" not supported");
        assert_eq!(shown("127.0.0.1:5000/charts"), "invalid chart URL format: 127.0.0.1:5000/charts");
        assert!(!shown("oci://u:secret@%zz").contains("secret"));
    }
}
