//! Post-renderers: plugins of Helm 4, and programs for Helm 3.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Context, Error, pflag};
use crate::chart::{Behaviour, ChartCode, OutputFile, post_render};
use crate::diagnostic::{Diagnostic, io_reason};
use crate::files::{self, MAX_TEXT};
use crate::tree::Node;
use crate::values::Values;

/// A program that changes rendered manifests.
pub(super) struct PostRenderer {
    /// The name of the plugin; `None` for a program.
    plugin: Option<String>,
    program: PathBuf,
    arguments: Vec<String>,
    /// The folder of the plugin.
    folder: PathBuf,
}

impl PostRenderer {
    /// Finds the post-renderer that `--post-renderer` names.
    ///
    /// # Errors
    /// Helm's text about a plugin or a program that does not exist.
    pub fn find(name: &str, arguments: Vec<String>, context: &Context<'_, '_>) -> Result<Option<PostRenderer>, Error> {
        if name.is_empty() {
            return Ok(None);
        }
        let found = if context.release.is_v3() {
            program(name, arguments)
        } else {
            plugin(name, arguments, &context.settings.plugins)
        };
        let flag = super::flags::text("post-renderer", "NAME", "");
        found.map(Some).map_err(|why| Error::Message(pflag::invalid(name, &flag, &why)))
    }

    /// Returns whether it is a plugin: it then gets hooks too, and each object knows its template.
    pub fn is_plugin(&self) -> bool {
        self.plugin.is_some()
    }

    /// Changes rendered files, as Helm 4 does.
    pub fn change(&self, files: &[OutputFile], helm: Behaviour) -> Result<Vec<OutputFile>, Diagnostic> {
        let merged = post_render::merge(files, helm)?;
        let fail = |why: String| {
            let message = format!("error while running post render on files: {why}");
            Diagnostic::error(ChartCode::PostRendererFailed, message)
        };
        post_render::unmerge(&self.run(&merged).map_err(fail)?)
    }

    /// Runs the program with a text as its stdin, and returns its output. The error is Helm's text.
    pub fn run(&self, input: &str) -> Result<String, String> {
        let path = self.program.display();
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(name) = &self.plugin {
            command.env("HELM_PLUGIN_NAME", name).env("HELM_PLUGIN_DIR", &self.folder);
        }
        let failed = |why: &str, stderr: &[u8]| match &self.plugin {
            Some(name) => format!("failed to invoke post-renderer plugin {name:?}: plugin {name:?} exited with error"),
            None => {
                format!("error while running command {path}. error output:\n{}: {why}", String::from_utf8_lossy(stderr))
            }
        };
        let mut child = command.spawn().map_err(|error| match &self.plugin {
            Some(name) => {
                format!("failed to invoke post-renderer plugin {name:?}: fork/exec {path}: {}", io_reason(&error))
            }
            None => failed(&format!("fork/exec {path}: {}", io_reason(&error)), b""),
        })?;
        let stdin = child.stdin.take();
        let output = std::thread::scope(|scope| {
            // A program may stop reading before the end.
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
            child.wait_with_output()
        });
        let output = output.map_err(|error| failed(&io_reason(&error), b""))?;
        if !output.status.success() {
            let why = output.status.code().map_or_else(|| "signal".to_owned(), |code| format!("exit status {code}"));
            return Err(failed(&why, &output.stderr));
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        match &self.plugin {
            Some(name) if text.trim().is_empty() => Err(format!("post-renderer {name:?} produced empty output")),
            _ => Ok(text),
        }
    }
}

/// Finds a program as a shell does.
fn program(name: &str, arguments: Vec<String>) -> Result<PostRenderer, String> {
    let is_program = |path: &PathBuf| path.is_file() && is_executable(path);
    let found = if name.contains(std::path::MAIN_SEPARATOR) {
        Some(PathBuf::from(name)).filter(is_program)
    } else {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&folders).map(|folder| folder.join(name)).find(is_program)
    };
    let missing = || {
        let why = match name.contains(std::path::MAIN_SEPARATOR) {
            true => "no such file or directory",
            false => "executable file not found in $PATH",
        };
        format!("unable to find binary at {name}: exec: {name:?}: {why}")
    };
    let program = found.ok_or_else(missing)?;
    Ok(PostRenderer { plugin: None, program, arguments, folder: PathBuf::new() })
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &Path) -> bool {
    true
}

/// Finds the plugin of this name and of the type for post-renderers in the folders of `HELM_PLUGINS`.
fn plugin(name: &str, extra: Vec<String>, plugins: &Path) -> Result<PostRenderer, String> {
    const TYPE: &str = "postrenderer/v1";
    let missing = || format!("plugin: {{Name:{name} Type:{TYPE}}} not found");
    let folders =
        std::env::split_paths(plugins).filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
    let mut folders: Vec<PathBuf> = folders.map(|entry| entry.path()).collect();
    folders.sort();
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
    let matching = folders.into_iter().find_map(|folder| {
        let bytes = files::read(&folder.join("plugin.yaml"), MAX_TEXT).ok()?;
        let description = Values::parse("plugin.yaml", &String::from_utf8_lossy(&bytes)).ok()?.root;
        (text(&description, "name") == name && text(&description, "type") == TYPE).then_some((folder, description))
    });
    let (folder, description) = matching.ok_or_else(missing)?;
    let commands = description.find(["runtimeConfig", "platformCommand"]).and_then(Node::as_seq).unwrap_or_default();
    let command = platform_command(commands).ok_or("no plugin command is applicable")?;
    let expand = |text: &str| expanded(text, name, &folder);
    let line = text(command, "command");
    let mut words = line.split(' ').map(expand);
    let program = words.next().filter(|program| !program.is_empty()).ok_or("no plugin command is applicable")?;
    let own = command.get("args").and_then(Node::as_seq).unwrap_or_default();
    let own = own.iter().filter_map(Node::as_str).map(expand);
    let arguments = words.chain(own).chain(extra).collect();
    Ok(PostRenderer { plugin: Some(name.to_owned()), program: program.into(), arguments, folder: folder.clone() })
}

/// Returns the command for this platform: the one for its system and architecture, else for its system, else for any.
fn platform_command(commands: &[Node]) -> Option<&Node> {
    let system = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let has = |command: &&Node, key: &str, wanted: &str| {
        let value = command.get(key).and_then(Node::as_str).unwrap_or_default();
        value.eq_ignore_ascii_case(wanted)
    };
    let find =
        |os: &str, arch: &str| commands.iter().find(|command| has(command, "os", os) && has(command, "arch", arch));
    find(system, architecture).or_else(|| find(system, "")).or_else(|| find("", ""))
}

/// Replaces `$NAME` and `${NAME}` by environment variables.
fn expanded(text: &str, name: &str, folder: &Path) -> String {
    let value = |variable: &str| match variable {
        "HELM_PLUGIN_NAME" => name.to_owned(),
        "HELM_PLUGIN_DIR" => folder.display().to_string(),
        _ => std::env::var(variable).unwrap_or_default(),
    };
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some((variable, after)) = after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            out.push_str(&value(variable));
            rest = after;
        } else {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
            let (variable, after) = after.split_at(end);
            out.push_str(&value(variable));
            rest = after;
        }
    }
    out + rest
}
