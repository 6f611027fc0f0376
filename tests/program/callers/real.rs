//! Real callers: each renders the same charts with Helm and with mkmanifests, to the same output and files.
//!
//! `kubectl` is one of the real programs. `.ci/run` installs the others: Kapitan and pyhelm3 from PyPI, cdk8s from npm.
//! Checkov and Ansible run if they are installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mkmanifests_testing as common;
use regex::Regex;

use super::run::{Runner, environment, output};
use super::servers::Servers;
use super::{compare, ours};

/// Calls a function for Helm and for mkmanifests, and compares the results. Returns how many bytes a caller printed.
fn compare_with(helm: &Path, servers: &Servers, body: impl Fn(&Runner<'_>, &Path) -> Vec<Output>) -> usize {
    let runner = Runner::new(servers);
    let helms = runner.in_folder(helm, "helm", |run| body(&runner, run));
    let mine = runner.in_folder(ours(), "mkmanifests", |run| body(&runner, run));
    let wrong = compare::whole(&helms, &mine);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    helms.outputs.iter().map(|output| output.stdout.len()).sum()
}

/// Returns a command in the folder `work` that finds the program as `helm`.
fn command(program: &Path, run: &Path) -> Command {
    let mut command = Command::new(program);
    environment(&mut command, run);
    command.current_dir(run.join("work"));
    command
}

fn helm(run: &Path) -> PathBuf {
    run.join("bin/helm")
}

#[test]
fn kustomize() {
    let (Some(real), Some(kubectl)) = (common::program("helm"), common::program("kubectl")) else { return };
    let servers = Servers::all(&real);
    let has_registry = servers.have(Some(super::rows::Need::Registry));
    let printed = compare_with(&real, &servers, |runner, run| {
        let inflate = |folder: &str| {
            let mut command = command(&kubectl, run);
            command.args(["kustomize", "--enable-helm", "--helm-command"]).arg(helm(run)).arg(folder);
            if has_registry {
                command.env("SSL_CERT_FILE", runner.expand("@ca@", run));
            }
            output(command, "")
        };
        let mut outputs = vec![inflate(".")];
        outputs.extend(has_registry.then(|| inflate("oci")));
        outputs
    });
    assert!(printed > 2000, "{printed} bytes");
}

#[test]
fn kapitan() {
    let (Some(real), Some(kapitan)) = (common::program("helm"), common::program("kapitan")) else { return };
    let servers = Servers::repositories();
    compare_with(&real, &servers, |_, run| {
        let mut command = command(&kapitan, run);
        command.args(["compile", "--fetch"]).env("KAPITAN_HELM_PATH", helm(run));
        let output = output(command, "");
        for file in ["compiled/shop/web/templates/deployment.yaml", "compiled/shop/old/web/templates/config.yaml"] {
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(run.join("work").join(file).is_file(), "{file}: {text}");
        }
        // It prints how long it took.
        vec![Output { stdout: Vec::new(), ..output }]
    });
}

#[test]
fn cdk8s() {
    let (Some(real), Some(node)) = (common::program("helm"), common::program("node")) else { return };
    let modules = std::env::var_os("NODE_PATH").unwrap_or_default();
    let mut find = Command::new(&node);
    find.args(["-e", "require.resolve('cdk8s')"]).env("NODE_PATH", &modules);
    if !output(find, "").status.success() {
        println!("skipped: cdk8s not found on NODE_PATH");
        return;
    }
    let servers = Servers::repositories();
    compare_with(&real, &servers, |_, run| {
        let mut command = command(&node, run);
        command.arg("cdk8s.js").arg(helm(run)).env("NODE_PATH", &modules);
        let output = output(command, "");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(run.join("work/dist/shop.k8s.yaml").is_file(), "{text}");
        vec![output]
    });
}

#[test]
fn pyhelm3() {
    // The client is a library of the same Python as Kapitan.
    let (Some(real), Some(kapitan)) = (common::program("helm"), common::program("kapitan")) else { return };
    let python = kapitan.with_file_name("python");
    let mut find = Command::new(&python);
    find.args(["-c", "import pyhelm3"]);
    if !output(find, "").status.success() {
        println!("skipped: pyhelm3 is not installed beside kapitan");
        return;
    }
    let servers = Servers::repositories();
    let printed = compare_with(&real, &servers, |runner, run| {
        let mut command = command(&python, run);
        command.arg("pyhelm3_client.py").arg(helm(run)).arg(runner.expand("@repository@", run));
        let output = output(command, "");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains("nothing ChartNotFoundError\nbroken FailedToRenderChartError"), "{text}");
        vec![output]
    });
    assert!(printed > 2000, "{printed} bytes");
}

#[test]
fn checkov() {
    let (Some(real), Some(checkov)) = (common::program("helm"), common::program("checkov")) else { return };
    let servers = Servers::repositories();
    let printed = compare_with(&real, &servers, |_, run| {
        let mut command = command(&checkov, run);
        command.args(["--directory", "charts/web", "--framework", "helm", "--skip-download", "--soft-fail"]);
        // It remembers when it looked for updates.
        command.env("HOME", run.join("checkov"));
        command.args(["--compact", "--quiet", "--output", "json"]);
        let output = output(command, "");
        // It copies the chart into a folder with a random name, and reports in the order in which its workers finish.
        let folder = Regex::new("/(tmp/)?tmp[^/]{8}/").expect("a regular expression");
        let text = folder.replace_all(&String::from_utf8_lossy(&output.stdout), "/tmp/").into_owned();
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        vec![Output { stdout: lines.join("\n").into_bytes(), ..output }]
    });
    assert!(printed > 2000, "{printed} bytes");
}

#[test]
fn ansible() {
    let (Some(real), Some(playbook)) = (common::program("helm"), common::program("ansible-playbook")) else { return };
    let servers = Servers::repositories();
    compare_with(&real, &servers, |_, run| {
        let mut command = command(&playbook, run);
        let work = run.join("work");
        command.args(["render.yml", "--extra-vars"]).arg(format!("helm={}", helm(run).display()));
        // What it writes beside the charts has times and random names.
        command.env("ANSIBLE_HOME", run.join("ansible")).env("LC_ALL", "C.UTF-8");
        let output = output(command, "");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        assert!(work.join("rendered.yaml").is_file() && work.join("fetched/web/Chart.yaml").is_file());
        vec![output]
    });
}
