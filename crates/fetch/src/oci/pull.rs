//! Pulls a chart: its manifest, then the layers. Each is verified with its digest.
//!
//! Source: <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pull>

use super::answer::unexpected;
use super::media::{self, Descriptor, Index, Manifest};
use super::reference::Reference;
use super::session::{Access, Session};
use super::{Digest, Error, Origin, Pulled, Step};
use crate::Settings;
use crate::http::limits::{MAX_ANSWER_BYTES, MAX_ARCHIVE_BYTES, MAX_PROVENANCE_BYTES};
use crate::http::{Connection, HttpRequest, Method, Response};

/// The most manifests that one reference may lead to.
const MAX_MANIFESTS: usize = 32;

/// The most bytes of an error in answer to the request for a small blob.
const LEAST_LIMIT: u64 = 64 << 10;

/// A chart has at least a configuration and an archive.
const LEAST_DESCRIPTORS: usize = 2;

pub(super) fn pull(
    settings: &Settings,
    connection: &Connection,
    reference: &str,
    provenance: bool,
) -> Result<Pulled, Error> {
    let reference = Reference::parse(reference)?;
    let place = (&*reference.repository, Access::Pull);
    let session = Session::open(settings, connection, &reference.registry, place)?;
    let repository = Repository { session, name: &reference.repository };
    let root = repository.root(&reference)?;
    let parts = repository.parts(&root)?;
    let (config, chart) = parts.of_chart(&root)?;
    let fetch = |descriptor| repository.blob(descriptor).map_err(Error::during(Step::Fetch));
    check_config(config, &fetch(config)?)?;
    let archive = fetch(chart)?;
    let provenance = match parts.last(&[media::PROVENANCE]) {
        Some(descriptor) if provenance => Some(fetch(descriptor)?),
        _ => None,
    };
    Ok(Pulled {
        origin: Origin {
            reference: reference.to_string(),
            digest: root.digest.to_string(),
            is_legacy: chart.media_type == media::LEGACY_CHART,
        },
        archive,
        provenance,
    })
}

/// The configuration is the metadata of the chart as JSON. Nothing here needs it; Helm refuses another content.
fn check_config(descriptor: &Descriptor, content: &[u8]) -> Result<(), Error> {
    let invalid = |reason: String| Error::InvalidDocument { digest: descriptor.digest.clone(), reason };
    match serde_json::from_slice::<serde_json::Value>(content) {
        Ok(serde_json::Value::Object(_) | serde_json::Value::Null) => Ok(()),
        Ok(_) => Err(invalid("the configuration is not an object".to_owned())),
        Err(error) => Err(invalid(error.to_string())),
    }
}

/// A repository of a registry.
struct Repository<'a> {
    session: Session,
    name: &'a str,
}

/// A manifest or an index.
struct Document {
    media_type: String,
    digest: Digest,
    content: Vec<u8>,
}

/// The descriptors that a pull of a chart uses.
#[derive(Default)]
struct Parts(Vec<Descriptor>);

impl Parts {
    /// Adds a descriptor, if its type is one of a chart and it is new.
    fn add(&mut self, descriptor: Descriptor) {
        let types = [media::INDEX, media::MANIFEST, media::CONFIG, media::CHART, media::LEGACY_CHART];
        let is_used = types.contains(&&*descriptor.media_type) || descriptor.media_type == media::PROVENANCE;
        if is_used && !self.0.contains(&descriptor) {
            self.0.push(descriptor);
        }
    }

    fn last(&self, media_types: &[&str]) -> Option<&Descriptor> {
        self.0.iter().rev().find(|descriptor| media_types.contains(&&*descriptor.media_type))
    }

    /// Returns the configuration and the archive.
    fn of_chart(&self, root: &Document) -> Result<(&Descriptor, &Descriptor), Error> {
        // Helm reads the provenance file in a separate pull, so it does not count it here.
        let found = self.0.iter().filter(|descriptor| descriptor.media_type != media::PROVENANCE).count();
        if found < LEAST_DESCRIPTORS {
            return Err(Error::TooFewDescriptors { minimum: LEAST_DESCRIPTORS, found });
        }
        let config = self.last(&[media::CONFIG]).ok_or(Error::MissingConfig)?;
        let chart = self.last(&[media::CHART, media::LEGACY_CHART]);
        let chart = chart.ok_or(Error::MissingLayer { media_type: media::CHART })?;
        if !matches!(&*root.media_type, media::MANIFEST | media::INDEX) {
            return Err(Error::NotAnOciManifest { digest: root.digest.to_string() });
        }
        Ok((config, chart))
    }
}

impl Repository<'_> {
    /// Fetches the manifest that a reference names, and verifies its digest if the reference has one.
    fn root(&self, reference: &Reference) -> Result<Document, Error> {
        let wanted = reference.digest()?;
        let name = match (&wanted, &*reference.tag) {
            (Some(digest), _) => digest.as_str(),
            (None, "") => return Err(Error::reference("invalid digest \"\": invalid checksum digest format")),
            (None, tag) => tag,
        };
        let fetched = self.manifest(name, &media::accepted_manifests(), MAX_ANSWER_BYTES, || reference.to_string());
        let document = fetched.map_err(Error::during(Step::FetchReference))?;
        match wanted {
            Some(wanted) if !wanted.matches(&document.content) => {
                Err(Error::during(Step::FetchReference)(Error::WrongDigest { digest: wanted.to_string() }))
            }
            Some(digest) => Ok(Document { digest, ..document }),
            None => Ok(document),
        }
    }

    fn manifest(&self, name: &str, accept: &str, limit: u64, what: impl Fn() -> String) -> Result<Document, Error> {
        let url = self.session.url(&format!("/v2/{}/manifests/{name}", self.name));
        let headers = vec![("Accept", accept.to_owned())];
        let answer = self.session.send(&HttpRequest { method: Method::Get, url: &url, headers, body: &[], limit })?;
        match answer.status {
            200 => {}
            404 => return Err(Error::NotFound { what: what() }),
            _ => return Err(unexpected("GET", &url, &answer)),
        }
        let invalid =
            |reason: &str| Error::InvalidAnswer { method: "GET", url: url.clone(), reason: reason.to_owned() };
        let content_type = answer.header("content-type").unwrap_or_default();
        let media_type = media::essence(content_type);
        if media_type.is_empty() {
            return Err(invalid("invalid response `Content-Type` header; mime: no media type"));
        }
        let stated =
            digest_of_answer(&answer).map_err(|()| invalid("invalid response header `Docker-Content-Digest`"))?;
        let digest = match stated {
            Some(stated) if !stated.matches(&answer.body) => {
                return Err(Error::WrongDigest { digest: stated.to_string() });
            }
            Some(stated) => stated,
            None => Digest::of(&answer.body),
        };
        Ok(Document { media_type, digest, content: answer.body })
    }

    /// Collects what a manifest lists; for an index, what all its manifests list.
    fn parts(&self, root: &Document) -> Result<Parts, Error> {
        let mut parts = Parts::default();
        let mut pending = vec![descriptor_of(root)];
        let mut fetched = 0;
        // An index may list indexes. Digests make it impossible that one lists itself.
        while let Some(descriptor) = pending.pop() {
            let is_root = descriptor.digest == root.digest.as_str();
            match &*descriptor.media_type {
                media::MANIFEST | media::INDEX | media::DOCKER_MANIFEST | media::DOCKER_LIST if is_root => {
                    list(root, &mut parts, &mut pending)?;
                }
                media::MANIFEST | media::INDEX => {
                    fetched += 1;
                    if fetched > MAX_MANIFESTS {
                        let what = "the number of manifests in an index".to_owned();
                        return Err(Error::TooLarge { what, limit: MAX_MANIFESTS as u64 });
                    }
                    let document = self.child(&descriptor).map_err(Error::during(Step::Successors))?;
                    list(&document, &mut parts, &mut pending)?;
                }
                _ => {}
            }
            parts.add(descriptor);
        }
        Ok(parts)
    }

    /// Fetches a manifest that an index lists.
    fn child(&self, descriptor: &Descriptor) -> Result<Document, Error> {
        let (digest, size) = checked(descriptor, MAX_ANSWER_BYTES)?;
        let limit = size.max(LEAST_LIMIT);
        let document = self.manifest(digest.as_str(), &descriptor.media_type, limit, || digest.to_string())?;
        verify(&digest, size, &document.content)?;
        Ok(Document { digest, media_type: descriptor.media_type.clone(), ..document })
    }

    fn blob(&self, descriptor: &Descriptor) -> Result<Vec<u8>, Error> {
        let most = match &*descriptor.media_type {
            media::CONFIG => MAX_ANSWER_BYTES,
            media::PROVENANCE => MAX_PROVENANCE_BYTES,
            _ => MAX_ARCHIVE_BYTES,
        };
        let (digest, size) = checked(descriptor, most)?;
        let url = self.session.url(&format!("/v2/{}/blobs/{digest}", self.name));
        let limit = size.max(LEAST_LIMIT);
        let answer = self.session.send(&HttpRequest::get(&url, limit))?;
        match answer.status {
            200 => {}
            404 => return Err(Error::NotFound { what: digest.to_string() }),
            _ => return Err(unexpected("GET", &url, &answer)),
        }
        verify(&digest, size, &answer.body)?;
        Ok(answer.body)
    }
}

fn descriptor_of(document: &Document) -> Descriptor {
    Descriptor {
        media_type: document.media_type.clone(),
        digest: document.digest.to_string(),
        size: i64::try_from(document.content.len()).unwrap_or(i64::MAX),
    }
}

/// Adds what a document lists: manifests to read, the other descriptors to the parts. The last of `pending` is read
/// first, so that all are read in their order.
fn list(document: &Document, parts: &mut Parts, pending: &mut Vec<Descriptor>) -> Result<(), Error> {
    let invalid = |error: serde_json::Error| {
        Error::during(Step::Successors)(Error::InvalidDocument {
            digest: document.digest.to_string(),
            reason: error.to_string(),
        })
    };
    if matches!(&*document.media_type, media::INDEX | media::DOCKER_LIST) {
        let index: Index = serde_json::from_slice(&document.content).map_err(invalid)?;
        pending.extend(index.manifests.into_iter().rev());
        return Ok(());
    }
    let manifest: Manifest = serde_json::from_slice(&document.content).map_err(invalid)?;
    manifest.config.into_iter().chain(manifest.layers).for_each(|descriptor| parts.add(descriptor));
    Ok(())
}

/// Checks a descriptor before anything is read. Returns its digest and size.
fn checked(descriptor: &Descriptor, limit: u64) -> Result<(Digest, u64), Error> {
    let digest = Digest::parse(&descriptor.digest).map_err(|reason| Error::InvalidDocument {
        digest: descriptor.digest.chars().filter(|char| !char.is_control()).take(200).collect(),
        reason: reason.to_owned(),
    })?;
    match u64::try_from(descriptor.size) {
        Ok(size) if size <= limit => Ok((digest, size)),
        Ok(_) => Err(Error::TooLarge { what: digest.to_string(), limit }),
        Err(_) => {
            Err(Error::InvalidDocument { digest: digest.to_string(), reason: "invalid descriptor size".to_owned() })
        }
    }
}

fn verify(digest: &Digest, size: u64, content: &[u8]) -> Result<(), Error> {
    if content.len() as u64 != size {
        let found = content.len() as u64;
        return Err(Error::WrongSize { digest: digest.to_string(), expected: size, found });
    }
    if !digest.matches(content) {
        return Err(Error::WrongDigest { digest: digest.to_string() });
    }
    Ok(())
}

/// Returns the digest that the registry states for its answer.
///
/// # Errors
/// It is not a digest.
pub(super) fn digest_of_answer(answer: &Response) -> Result<Option<Digest>, ()> {
    match answer.header("docker-content-digest") {
        None | Some("") => Ok(None),
        Some(text) => Digest::parse(text).map(Some).map_err(|_| ()),
    }
}
