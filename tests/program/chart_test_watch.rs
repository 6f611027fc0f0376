//! `chart test --watch`.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use super::chart_test::{SUITE, chart};
use super::chart_test_runs::SNAPSHOT;

/// A run of `--watch`, which is killed in the end.
struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Watch {
    fn start(folder: &Path) -> Watch {
        // One pipe for both streams, so that their lines stay in order.
        let script = r#"exec 2>&1; exec "$0" chart test . --watch"#;
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_mkmanifests")]).current_dir(folder).env_clear();
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program runs");
        let stdout = child.stdout.take().expect("a pipe");
        let (sender, lines) = channel();
        thread::spawn(move || {
            BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Watch { child, lines }
    }

    /// Waits for a line that starts with a text.
    fn expect(&self, start: &str) {
        let mut seen = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(60)) {
            if line.starts_with(start) {
                return;
            }
            seen.push(line);
        }
        panic!("no line starts with {start:?}: {seen:?}");
    }
}

#[test]
fn a_change_runs_what_it_affects_until_the_process_ends() {
    let folder = chart(SUITE);
    let path = folder.path();
    fs::write(path.join("tests/b_test.yaml"), SNAPSHOT).expect("a suite");
    let mut watch = Watch::start(path);
    watch.expect("Tests:       2 passed, 2 total");
    watch.expect("waiting for changes; Ctrl-C ends");
    fs::write(path.join("templates/a.yaml"), "name: another\n").expect("a template");
    watch.expect("changed: ./templates/a.yaml");
    watch.expect("Tests:       2 failed, 0 passed, 2 total");
    watch.expect("waiting for changes");
    fs::write(path.join("tests/a_test.yaml"), SUITE.replace("value: x", "value: another")).expect("a suite");
    watch.expect("changed: ./tests/a_test.yaml");
    watch.expect("Tests:       1 passed, 1 total");
    assert!(watch.child.try_wait().expect("a process").is_none());
}
