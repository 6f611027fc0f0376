//! Two folders in which this program and the real helm run the same commands.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use mkmanifests_testing as common;

/// What one of the programs left behind.
pub struct Side {
    pub folder: PathBuf,
    program: PathBuf,
    arguments: &'static [&'static str],
}

/// The two programs, each with its own folder and Helm's files.
pub struct Twin {
    pub ours: Side,
    theirs: Side,
    _folder: tempfile::TempDir,
}

impl Twin {
    /// Returns `None` if the real helm is missing.
    pub fn new() -> Option<Twin> {
        let helm = common::program("helm")?;
        let folder = tempfile::tempdir().expect("a folder");
        let ours = PathBuf::from(env!("CARGO_BIN_EXE_mkmanifests"));
        // Both paths have the same length.
        Some(Twin {
            ours: Side::new(folder.path().join("a"), ours, &["helm"]),
            theirs: Side::new(folder.path().join("b"), helm, &[]),
            _folder: folder,
        })
    }

    /// Writes a file on both sides.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        for side in [&self.ours, &self.theirs] {
            let path = side.folder.join("work").join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be created");
            fs::write(path, text.as_ref()).expect("the file can be written");
        }
    }

    /// Removes a file or folder on both sides.
    pub fn remove(&self, name: &str) {
        for side in [&self.ours, &self.theirs] {
            let path = side.folder.join("work").join(name);
            let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
        }
    }

    /// Writes a chart on both sides: `name`, version 0.1.0, and more lines of `Chart.yaml`.
    pub fn chart(&self, folder: &str, more: &str) {
        let name = folder.rsplit('/').next().unwrap_or_default();
        self.write(&format!("{folder}/Chart.yaml"), format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n{more}"));
        self.write(&format!("{folder}/templates/a.yaml"), "a: 1\n");
    }

    /// Runs a command on both sides, and returns a report if anything differs. Each word is an argument; `%20` is a
    /// space in one.
    pub fn run(&self, line: &str) -> Result<Output, String> {
        self.run_with(line, "")
    }

    /// Runs a command that reads `stdin`.
    pub fn run_with(&self, line: &str, stdin: &str) -> Result<Output, String> {
        let [ours, theirs] = [&self.ours, &self.theirs].map(|side| side.run(line, stdin));
        let shown = |output: &Output, side: &Side| {
            let text = |bytes: &[u8]| comparable(&String::from_utf8_lossy(bytes), &side.folder.to_string_lossy());
            format!("code {:?}\n{}--- stderr\n{}", output.status.code(), text(&output.stdout), text(&output.stderr))
        };
        let (shown_ours, shown_theirs) = (shown(&ours, &self.ours), shown(&theirs, &self.theirs));
        if shown_ours != shown_theirs {
            return Err(format!("$ helm {line}\n--- ours: {shown_ours}\n--- helm: {shown_theirs}\n"));
        }
        let (files_ours, files_theirs) = (self.ours.files(), self.theirs.files());
        if files_ours != files_theirs {
            let differing = |files: &BTreeMap<String, Vec<u8>>, others: &BTreeMap<String, Vec<u8>>| {
                let all = files.iter().filter(|(name, data)| others.get(*name) != Some(data));
                all.map(|(name, data)| format!("  {name}: {}\n", String::from_utf8_lossy(data))).collect::<String>()
            };
            return Err(format!(
                "$ helm {line}\nfiles of ours:\n{}of helm:\n{}",
                differing(&files_ours, &files_theirs),
                differing(&files_theirs, &files_ours)
            ));
        }
        Ok(ours)
    }

    /// Runs commands one after the other, and fails with all differences.
    pub fn run_all(&self, lines: &[&str]) {
        let wrong: Vec<String> = lines.iter().filter_map(|line| self.run(line).err()).collect();
        assert!(wrong.is_empty(), "{}", wrong.concat());
    }

    /// Runs commands as [`Twin::run_all`], which must succeed.
    pub fn run_well(&self, lines: &[&str]) {
        for line in lines {
            let output = self.run(line).unwrap_or_else(|report| panic!("{report}"));
            assert!(output.status.success(), "$ helm {line}\n{}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

impl Side {
    fn new(folder: PathBuf, program: PathBuf, arguments: &'static [&'static str]) -> Side {
        fs::create_dir_all(folder.join("work")).expect("the folder can be created");
        Side { folder, program, arguments }
    }

    pub fn run(&self, line: &str, stdin: &str) -> Output {
        let words = line.split_whitespace().map(|word| word.replace("%20", " ").replace("%0b", "\\v"));
        let mut command = Command::new(&self.program);
        command.args(self.arguments).args(words).current_dir(self.folder.join("work")).env_clear();
        command.env("HOME", &self.folder).env("SOURCE_DATE_EPOCH", "1700000000");
        for name in ["CACHE", "CONFIG", "DATA"] {
            command.env(format!("HELM_{name}_HOME"), self.folder.join(name.to_lowercase()));
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        std::io::Write::write_all(&mut child.stdin.take().expect("stdin"), stdin.as_bytes()).expect("stdin is read");
        child.wait_with_output().expect("the program ends")
    }

    /// Returns all files, without times and without what only serves one of the programs.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.folder, &self.folder, &mut files);
        // The cache of archives is ours alone, since helm does not fill it for dependencies.
        files.retain(|name, _| !name.starts_with("cache/content") && !name.starts_with("cache/mkmanifests"));
        files
    }
}

/// Removes from output what differs between runs: the folder, and the order in which downloads end.
fn comparable(text: &str, folder: &str) -> String {
    let text = text.replace(folder, "HOME");
    let mut lines: Vec<&str> = text.lines().collect();
    for group in lines.chunk_by_mut(|one, other| one.starts_with("...Succ") && other.starts_with("...Succ")) {
        group.sort();
    }
    lines.join("\n") + if text.ends_with('\n') { "\n" } else { "" }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if entry.file_type().expect("a type").is_dir() {
            collect(root, &path, files);
            continue;
        }
        let name = path.strip_prefix(root).expect("a path below").to_string_lossy().into_owned();
        let data = fs::read(&path).unwrap_or_default();
        files.insert(name.clone(), without_times(&name, data));
    }
}

/// Removes times of day, and the random order in lists of charts.
fn without_times(name: &str, data: Vec<u8>) -> Vec<u8> {
    if name.ends_with(".tgz") {
        return data;
    }
    let text = String::from_utf8_lossy(&data);
    let is_time = |line: &&str| {
        let line = line.trim_start().trim_start_matches("- ").trim_start_matches('"');
        (line.starts_with("generated") || line.starts_with("created")) && !line.contains("0001-01-01")
    };
    let mut lines: Vec<&str> = text.lines().filter(|line| !is_time(line)).collect();
    if name.ends_with("-charts.txt") {
        lines.sort_unstable();
    }
    lines.join("\n").into_bytes()
}

impl Twin {
    /// Runs a command on both sides: what ours and the real helm print.
    pub fn outputs(&self, line: &str) -> [Output; 2] {
        [&self.ours, &self.theirs].map(|side| side.run(line, ""))
    }
}
