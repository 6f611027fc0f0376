//! An HTTP server on loopback that answers as the test says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// What a client sent.
#[derive(Debug, Clone)]
pub struct Received {
    /// The method.
    pub method: String,
    /// The path with the query.
    pub target: String,
    /// Header lines in lower case up to the colon.
    pub headers: Vec<(String, String)>,
    /// The body, if it has a `Content-Length`.
    pub body: Vec<u8>,
}

impl Received {
    /// Returns a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// Reads a request; `None` at the end of the connection.
    fn read(reader: &mut BufReader<TcpStream>) -> Option<Received> {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
        let mut words = line.split_whitespace().map(str::to_owned);
        let mut received =
            Received { method: words.next()?, target: words.next()?, headers: Vec::new(), body: Vec::new() };
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            received.headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
        let length = received.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        received.body = vec![0; length];
        reader.read_exact(&mut received.body).ok()?;
        Some(received)
    }
}

/// A running server. Dropping it ends it.
pub struct Server {
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server that answers each request by `answer`, and closes the connection.
    pub fn new(answer: impl Fn(&Received, &mut TcpStream) + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (received, stopped) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (log, stop, answer) = (received.clone(), stopped.clone(), Arc::new(answer));
        let thread = thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let (log, answer) = (log.clone(), answer.clone());
                thread::spawn(move || serve(stream, &log, &*answer));
            }
        });
        Server { url, received, stopped, thread: Some(thread) }
    }

    /// Starts a server of files. Anything else is 404.
    pub fn files(files: Vec<(String, Vec<u8>)>) -> Server {
        Server::new(move |request, stream| {
            let path = request.target.split('?').next().unwrap_or_default();
            match files.iter().find(|(name, _)| format!("/{name}") == path) {
                Some((_, content)) => respond(stream, "200 OK", &[], content),
                None => respond(stream, "404 Not Found", &[], b"no such file"),
            }
        })
    }

    /// Returns the requests so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("the log").clone()
    }

    /// Returns method and path of the requests so far.
    pub fn log(&self) -> Vec<String> {
        self.received().iter().map(|received| format!("{} {}", received.method, received.target)).collect()
    }
}

fn serve(stream: TcpStream, log: &Mutex<Vec<Received>>, answer: &dyn Fn(&Received, &mut TcpStream)) {
    let Ok(mut writer) = stream.try_clone() else { return };
    let Some(received) = Received::read(&mut BufReader::new(stream)) else { return };
    log.lock().expect("the log").push(received.clone());
    answer(&received, &mut writer);
    let _ = writer.flush();
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Writes a response with its length.
pub fn respond(stream: &mut TcpStream, status: &str, headers: &[&str], body: &[u8]) {
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body);
}

/// Waits until the client is gone.
pub fn wait(stream: &mut TcpStream) {
    let _ = stream.read(&mut [0; 1]);
}
