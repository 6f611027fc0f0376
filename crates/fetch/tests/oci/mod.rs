//! Registries on loopback: one that is well-behaved, and variations of it that are not.

mod credentials;
mod hostile;
mod pull;
mod push;
mod tokens;

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::path::Path;

use mkmanifests_fetch::Settings;
use mkmanifests_fetch::http::Connection;
use mkmanifests_fetch::oci::{self, Pulled};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::server::{Received, Server, respond};
use crate::support::settings;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// What a registry has, by path: media type and content.
#[derive(Clone, Default)]
struct Content(BTreeMap<String, (String, Vec<u8>)>);

impl Content {
    /// Adds a blob of the repository `charts/c`, and returns its descriptor.
    fn blob(&mut self, media_type: &str, content: &[u8]) -> Value {
        let digest = digest(content);
        self.0.insert(format!("/v2/charts/c/blobs/{digest}"), ("application/octet-stream".into(), content.to_vec()));
        json!({"mediaType": media_type, "digest": digest, "size": content.len()})
    }

    /// Adds a manifest under a tag and its digest. Returns its descriptor.
    fn manifest(&mut self, tag: &str, media_type: &str, manifest: &Value) -> Value {
        let content = manifest.to_string().into_bytes();
        let digest = digest(&content);
        for name in [tag, &digest] {
            let path = format!("/v2/charts/c/manifests/{name}");
            self.0.insert(path, (media_type.to_owned(), content.clone()));
        }
        json!({"mediaType": media_type, "digest": digest, "size": content.len()})
    }

    /// Adds a chart with a tag. Returns the descriptor of its manifest.
    fn chart(&mut self, tag: &str, layers: &[(&str, &[u8])]) -> Value {
        let config = self.blob(oci::CONFIG, br#"{"name":"c"}"#);
        let layers: Vec<Value> = layers.iter().map(|(media_type, content)| self.blob(media_type, content)).collect();
        self.manifest(tag, MANIFEST, &json!({"schemaVersion": 2, "config": config, "layers": layers}))
    }

    /// Answers a request.
    fn answer(&self, request: &Received, stream: &mut TcpStream) {
        match self.0.get(&request.target) {
            Some((media_type, content)) => {
                respond(stream, "200 OK", &[&format!("Content-Type: {media_type}")], content)
            }
            None => respond(stream, "404 Not Found", &[], b"{}"),
        }
    }

    fn serve(self) -> Server {
        Server::new(move |request, stream| self.answer(request, stream))
    }
}

/// A registry with the chart `c` in version 0.1.0.
fn one_chart() -> Content {
    let mut content = Content::default();
    content.chart("0.1.0", &[(oci::CHART, b"archive")]);
    content
}

fn digest(content: &[u8]) -> String {
    let hex: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().expect("a string").to_owned()
}

/// Connects without TLS, as all servers of these tests want it.
fn plain() -> Connection {
    Connection { plain_http: true, ..Connection::default() }
}

fn user(username: &str, password: &str) -> Connection {
    Connection { username: username.into(), password: password.into(), ..plain() }
}

fn reference(server: &Server, rest: &str) -> String {
    format!("oci://{}/charts/c{rest}", host(server))
}

fn host(server: &Server) -> &str {
    server.url.trim_start_matches("http://")
}

fn pull(server: &Server, rest: &str) -> Result<Pulled, String> {
    pull_as(server, rest, &plain())
}

fn pull_as(server: &Server, rest: &str, connection: &Connection) -> Result<Pulled, String> {
    oci::pull(&nowhere(), connection, &reference(server, rest), true)
        .map_err(|error| masked(server, &error.to_string()))
}

fn resolve(server: &Server, rest: &str, version: &str) -> Result<String, String> {
    let resolved = oci::resolve(&nowhere(), &plain(), &reference(server, rest), version);
    resolved.map(|resolved| masked(server, &resolved.url)).map_err(|error| masked(server, &error.to_string()))
}

/// Settings without any file.
fn nowhere() -> Settings {
    settings(Path::new("/nowhere"))
}

/// Replaces the address of the server, which differs in each run.
fn masked(server: &Server, text: &str) -> String {
    text.replace(host(server), "HOST")
}
