//! nginx on loopback with a repository, certificates and passwords.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// The addresses, and the names that cases give them.
const NAMES: [&str; 5] = ["HTTP", "TLS", "MUTUAL", "SELF", "DEAD"];

/// A running server. Dropping it ends it.
pub struct Nginx {
    process: Option<Child>,
    urls: Vec<String>,
    certificates: PathBuf,
}

impl Nginx {
    /// Starts a server whose files are in `folder`.
    pub fn start(nginx: &Path, openssl: &Path, helm: &Path, folder: &Path) -> Nginx {
        let listeners: Vec<TcpListener> = NAMES.map(|_| TcpListener::bind("127.0.0.1:0").expect("a port")).into();
        let ports: Vec<u16> = listeners.iter().map(|port| port.local_addr().expect("an address").port()).collect();
        drop(listeners);
        let certificates = folder.join("certificates");
        write_certificates(openssl, &certificates);
        write_repository(helm, &folder.join("charts"), &format!("http://127.0.0.1:{}", ports[0]));
        fs::write(folder.join("passwords"), "me:{PLAIN}s3cret\n").expect("a file");
        let configuration = folder.join("nginx.conf");
        fs::write(&configuration, text(folder, &ports)).expect("a file");
        fs::write(folder.join("ports"), ports.iter().map(|port| format!("{port}\n")).collect::<String>())
            .expect("a file");
        let mut command = Command::new(nginx);
        command.arg("-c").arg(&configuration).arg("-p").arg(folder).arg("-e").arg(folder.join("error.log"));
        let process = command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().expect("nginx runs");
        let mut server = Nginx::stopped(folder);
        server.process = Some(process);
        while TcpStream::connect(("127.0.0.1", ports[0])).is_err() {
            let ended = server.process.as_mut().and_then(|process| process.try_wait().expect("a process"));
            assert!(
                ended.is_none(),
                "nginx ended: {}",
                fs::read_to_string(folder.join("error.log")).unwrap_or_default()
            );
            thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// Returns the addresses of a server that ran before.
    pub fn stopped(folder: &Path) -> Nginx {
        let ports = fs::read_to_string(folder.join("ports")).expect("a file");
        let urls = ports.lines().zip(["http", "https", "https", "https", "http"]);
        let urls = urls.map(|(port, scheme)| format!("{scheme}://127.0.0.1:{port}")).collect();
        Nginx { process: None, urls, certificates: folder.join("certificates") }
    }

    /// Replaces names by addresses.
    pub fn addressed(&self, text: &str) -> String {
        let text = NAMES.iter().zip(&self.urls).fold(text.to_owned(), |text, (name, url)| text.replace(name, url));
        text.replace("CERTS", &self.certificates.display().to_string())
    }

    /// Replaces addresses by names.
    pub fn named(&self, text: &str) -> String {
        let mut text = text.replace(&self.certificates.display().to_string(), "CERTS");
        for (name, url) in NAMES.iter().zip(&self.urls) {
            text = text.replace(url, name).replace(url.split("//").nth(1).unwrap_or_default(), name);
        }
        text
    }

    /// Writes what `helm repo add` writes, below the home folder of a user.
    pub fn write_home(&self, home: &Path) {
        let entry = |name: &str, url: &str, more: &str| format!("- name: {name}\n  url: {url}\n{more}");
        let certificates = self.certificates.display();
        let mutual = format!(
            "  caFile: {certificates}/ca.pem\n  certFile: {certificates}/client.pem\n  keyFile: {certificates}/client.key\n"
        );
        let text = [
            "repositories:\n".to_owned(),
            entry("charts", &self.urls[0], ""),
            entry("guarded", &format!("{}/guarded", self.urls[0]), "  username: me\n  password: s3cret\n"),
            entry("mutual", &self.urls[2], &mutual),
        ];
        let (config, cache) = (home.join(".config/helm"), home.join(".cache/helm/repository"));
        fs::create_dir_all(&config).expect("a folder");
        fs::create_dir_all(&cache).expect("a folder");
        fs::write(config.join("repositories.yaml"), text.concat()).expect("a file");
        let index = self.certificates.with_file_name("charts").join("index.yaml");
        for name in ["charts", "guarded", "mutual"] {
            fs::copy(&index, cache.join(format!("{name}-index.yaml"))).expect("a file");
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// Returns the configuration. All files of nginx stay in the folder.
fn text(folder: &Path, ports: &[u16]) -> String {
    let template = r#"
daemon off;
master_process off;
pid FOLDER/nginx.pid;
error_log FOLDER/error.log;
events {}
http {
  access_log off;
  default_type application/octet-stream;
  client_body_temp_path FOLDER/body;
  proxy_temp_path FOLDER/proxy;
  fastcgi_temp_path FOLDER/fastcgi;
  uwsgi_temp_path FOLDER/uwsgi;
  scgi_temp_path FOLDER/scgi;
  ssl_certificate FOLDER/certificates/server.pem;
  ssl_certificate_key FOLDER/certificates/server.key;
  server {
    listen 127.0.0.1:HTTP;
    root FOLDER/charts;
    location /guarded/ {
      alias FOLDER/charts/;
      auth_basic charts;
      auth_basic_user_file FOLDER/passwords;
    }
    location /locked/ {
      alias FOLDER/charts/;
      auth_basic charts;
      auth_basic_user_file FOLDER/passwords;
    }
    location /query/ {
      if ($arg_key != k1) { return 403; }
      alias FOLDER/charts/;
    }
    location /page/ { return 200 "<html>\n<p>a: b: c\n"; }
    location /empty/ { return 200 ""; }
    location /moved/ { rewrite ^/moved/(.*)$ /$1 permanent; }
    location /loop/ { return 302 /loop/index.yaml; }
  }
  server { listen 127.0.0.1:TLS ssl; root FOLDER/charts; }
  server {
    listen 127.0.0.1:MUTUAL ssl;
    root FOLDER/charts;
    ssl_client_certificate FOLDER/certificates/ca.pem;
    ssl_verify_client on;
  }
  server {
    listen 127.0.0.1:SELF ssl;
    root FOLDER/charts;
    ssl_certificate FOLDER/certificates/self.pem;
    ssl_certificate_key FOLDER/certificates/self.key;
  }
}
"#;
    let text = template.replace("FOLDER", &folder.display().to_string());
    let names = NAMES.iter().zip(ports);
    names.fold(text, |text, (name, port)| text.replace(&format!("127.0.0.1:{name}"), &format!("127.0.0.1:{port}")))
}

/// Packs three versions of a chart, and writes the index.
fn write_repository(helm: &Path, charts: &Path, url: &str) {
    let source = charts.join("source/web");
    fs::create_dir_all(source.join("templates")).expect("a folder");
    fs::write(source.join("templates/map.yaml"), "kind: ConfigMap\n").expect("a file");
    fs::write(source.join("values.yaml"), "a: 1\n").expect("a file");
    let helm = |words: &[&str]| {
        let output = Command::new(helm).args(words).current_dir(charts).env_clear().env("HOME", charts).output();
        let output = output.expect("helm runs");
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    for version in ["1.0.0", "1.1.0", "2.0.0-rc.1"] {
        let metadata = format!("apiVersion: v2\nname: web\nversion: {version}\n");
        fs::write(source.join("Chart.yaml"), metadata).expect("a file");
        helm(&["package", "source/web"]);
    }
    fs::remove_dir_all(charts.join("source")).expect("a folder");
    helm(&["repo", "index", "."]);
    let _ = url;
}

/// Creates an authority, a server, a client, and a server that is its own authority.
fn write_certificates(openssl: &Path, folder: &Path) {
    fs::create_dir_all(folder).expect("a folder");
    let create = |name: &str, more: &[&str]| {
        let (key, certificate, subject) = (format!("{name}.key"), format!("{name}.pem"), format!("/CN={name}"));
        let mut command = Command::new(openssl);
        command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]);
        command.args(["-keyout", &key, "-out", &certificate, "-subj", &subject]).args(more).current_dir(folder);
        let output = command.output().expect("openssl runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "basicConstraints=critical,CA:FALSE"];
    let host = ["-addext", "subjectAltName=IP:127.0.0.1"];
    create("ca", &[]);
    create("server", &[&signed[..], &host[..]].concat());
    create("client", &signed);
    create("self", &host);
}
