//! A stand-in for Vault's HTTP API on loopback, which keeps state and records its requests.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use serde_json::{Value, json};

use super::api::{self, State};

/// The token that has all permissions.
pub const TOKEN: &str = "root-of-the-stand-in";

/// A running server; its thread ends with the test program.
pub struct Server {
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    released: Condvar,
}

impl Server {
    /// Starts an initialized and unsealed Vault without any entries.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = format!("http://{}", listener.local_addr().expect("it has an address"));
        let shared = Arc::new(Shared { state: Mutex::new(State::new()), released: Condvar::new() });
        let serving = shared.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = serving.clone();
                std::thread::spawn(move || serve(stream, &shared));
            }
        });
        Server { address, shared }
    }

    /// Returns the state, to inspect or to change it.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().expect("no request panics")
    }

    /// Releases the requests that wait.
    pub fn release(&self) {
        self.state().stalled = None;
        self.shared.released.notify_all();
    }

    /// Returns the requests that changed something since the last call, such as `PUT sys/mounts/aws`.
    pub fn writes(&self) -> Vec<String> {
        std::mem::take(&mut self.state().writes)
    }
}

/// Serves one request per connection.
fn serve(mut stream: TcpStream, shared: &Shared) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut token) = (0, String::new());
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.split_once(':') else { break };
        match name.to_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "x-vault-token" => token = value.trim().to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let path = path.strip_prefix("/v1/")?.trim_end_matches('/').replace("%40", "@");
    let method = if query.contains("list=true") { "LIST" } else { method.as_str() };
    let body: Value = serde_json::from_slice(&body).unwrap_or(json!({}));

    let mut state = shared.state.lock().ok()?;
    state.requests.push(format!("{method} {path}"));
    if state.stalled.as_deref() == Some(path.as_str()) && method == "PUT" {
        // The client is about to be killed: it gets no answer.
        while state.stalled.is_some() {
            state = shared.released.wait(state).ok()?;
        }
        return None;
    }
    let (code, answer) = api::answer(&mut state, method, &path, &body, &token);
    drop(state);
    let text = if answer.is_null() { String::new() } else { answer.to_string() };
    write!(
        stream,
        "HTTP/1.1 {code} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    )
    .ok()
}
