//! A static file server on loopback, which can be slow or cut its answers.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use mkmanifests::chart::{File, Times, load_files, pack};
use mkmanifests::diagnostic::Sources;

/// The server. It runs until the test binary ends.
pub struct Server {
    pub url: String,
    pub folder: tempfile::TempDir,
    requests: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Server {
    pub fn start() -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(BTreeMap::new()));
        let (root, counts) = (folder.path().to_owned(), requests.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (root, counts) = (root.clone(), counts.clone());
                thread::spawn(move || answer(stream, &root, &counts));
            }
        });
        Server { url, folder, requests }
    }

    /// Adds a packed chart.
    pub fn add(&self, name: &str, version: &str) {
        let (file, data) = packed(name, version);
        self.write(&file, &data);
    }

    pub fn write(&self, name: &str, data: &[u8]) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be created");
        fs::write(path, data).expect("the file can be written");
    }

    /// Writes the index of the charts that were added, with absolute addresses if `url` is not empty.
    pub fn index(&self, url: &str) {
        mkmanifests::fetch::index_folder::write(self.folder.path(), url, None, false).expect("an index");
    }

    /// Returns how often each path was asked for since the last call.
    pub fn take_requests(&self) -> BTreeMap<String, usize> {
        std::mem::take(&mut *self.requests.lock().expect("the counts"))
    }
}

/// Returns the name and the bytes of a packed chart.
pub fn packed(name: &str, version: &str) -> (String, Vec<u8>) {
    let text = format!(
        "apiVersion: v2\nname: {name}\nversion: {version}\nappVersion: \"{version}\"\n\
         description: The chart of {name}, with <b> & \"quotes\" and a text that is longer than a column\n\
         keywords: [{name}, web]\n"
    );
    let files = vec![File::new("Chart.yaml", text.into_bytes()), File::new("values.yaml", b"a: 1\n".to_vec())];
    let chart = load_files(files, name, &mut Sources::default()).expect("a chart").chart;
    let archive = pack(&chart, Times { source_date_epoch: Some(0), now: 0 }).expect("an archive");
    (archive.file_name, archive.data)
}

/// Answers one request. A path with `cut` promises more bytes than it sends.
fn answer(mut stream: TcpStream, root: &Path, counts: &Mutex<BTreeMap<String, usize>>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let first = lines.next()?.ok()?;
    while lines.next()?.ok()?.trim() != "" {}
    let path = first.split_whitespace().nth(1)?.split('?').next()?.trim_start_matches('/').to_owned();
    *counts.lock().ok()?.entry(path.clone()).or_default() += 1;
    let file: PathBuf = root.join(&path);
    let (status, body) = match fs::read(file) {
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", b"nothing here\n".to_vec()),
    };
    let promised = body.len() + if path.contains("cut") { 1000 } else { 0 };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {promised}\r\nConnection: close\r\n\r\n").ok()?;
    stream.write_all(&body).ok()
}
