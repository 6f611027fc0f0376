//! A chart repository or registry on loopback that counts requests.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// The media type of a manifest: <https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md>.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// What the server has for a path.
#[derive(Clone)]
struct Content {
    bytes: Vec<u8>,
    /// How many bytes it promises.
    length: usize,
}

#[derive(Default)]
struct State {
    contents: Mutex<BTreeMap<String, Content>>,
    requests: Mutex<BTreeMap<String, usize>>,
    /// The header that every request must have.
    authorization: Mutex<Option<String>>,
    is_closed: AtomicBool,
}

/// A running server. It stops when this is dropped.
pub struct Server {
    address: SocketAddr,
    state: Arc<State>,
}

impl Server {
    pub fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State::default());
        let served = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if served.is_closed.load(Ordering::SeqCst) {
                    return;
                }
                let served = Arc::clone(&served);
                std::thread::spawn(move || stream.map(|stream| answer(stream, &served)));
            }
        });
        Server { address, state }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sets the content of a path.
    pub fn put(&self, path: &str, bytes: &[u8]) {
        let content = Content { bytes: bytes.to_owned(), length: bytes.len() };
        self.state.contents.lock().expect("no panic").insert(path.to_owned(), content);
    }

    /// Sets a content that ends before the promised length.
    pub fn put_truncated(&self, path: &str, bytes: &[u8]) {
        let content = Content { bytes: bytes[..bytes.len() / 2].to_owned(), length: bytes.len() };
        self.state.contents.lock().expect("no panic").insert(path.to_owned(), content);
    }

    /// Refuses requests without this `Authorization`.
    pub fn require(&self, authorization: &str) {
        *self.state.authorization.lock().expect("no panic") = Some(format!("authorization: {authorization}"));
    }

    /// Returns the number of requests by path since the last call.
    pub fn take_requests(&self) -> BTreeMap<String, usize> {
        std::mem::take(&mut *self.state.requests.lock().expect("no panic"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.state.is_closed.store(true, Ordering::SeqCst);
        // The listener waits for a connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn answer(mut stream: TcpStream, state: &State) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let mut headers = Vec::new();
    while let Some(line) = lines.next().transpose()?.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(": ").unwrap_or((&line, ""));
        headers.push(format!("{}: {value}", name.to_lowercase()));
    }
    let mut words = first.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default().to_owned());
    *state.requests.lock().expect("no panic").entry(path.clone()).or_default() += 1;
    let content = state.contents.lock().expect("no panic").get(&path).cloned();
    let required = state.authorization.lock().expect("no panic").clone();
    let (status, content) = match content {
        _ if required.is_some_and(|it| !headers.contains(&it)) => {
            ("401 Unauthorized", Content { bytes: Vec::new(), length: 0 })
        }
        Some(content) => ("200 OK", content),
        None => ("404 Not Found", Content { bytes: Vec::new(), length: 0 }),
    };
    let length = content.length;
    let kind = if path.contains("/manifests/") { MANIFEST } else { "application/octet-stream" };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    if method == "HEAD" { Ok(()) } else { stream.write_all(&content.bytes) }
}
