//! Time and memory grow linearly with the input. Each input here takes minutes if the work is quadratic, and about a
//! second if it is not, so the limit can be generous.

use std::io::{self, Read};
use std::process::{Command, Stdio};

/// CPU seconds, so that other tests do not count: far more than any case takes in an unoptimized program, far less than
/// quadratic work.
const MOST: u32 = 60;

/// Runs the program on stdin and returns its exit code and its stderr, cut at 4 KiB.
fn run(args: &[&str], mut stdin: impl Read + Send + 'static) -> (i32, String) {
    let limited = format!("ulimit -t {MOST} && exec \"$@\"");
    let mut child = Command::new("sh")
        .args(["-c", &limited, "sh", env!("CARGO_BIN_EXE_mkmanifests")])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut into = child.stdin.take().expect("stdin");
    // Ends when the program has read enough.
    let writer = std::thread::spawn(move || drop(io::copy(&mut stdin, &mut into)));
    let mut stderr = child.stderr.take().expect("stderr");
    let mut stderr_text = Vec::new();
    stderr.by_ref().take(4096).read_to_end(&mut stderr_text).expect("stderr");
    io::copy(&mut stderr, &mut io::sink()).expect("the rest of stderr");
    let status = child.wait().expect("the program ends");
    writer.join().expect("the writer ends");
    let code = status.code().unwrap_or_else(|| panic!("{args:?} took more than {MOST} s: {status}"));
    (code, String::from_utf8_lossy(&stderr_text).into_owned())
}

fn text(count: usize, one: impl Fn(usize) -> String) -> io::Cursor<String> {
    io::Cursor::new((0..count).map(one).collect())
}

fn config_map(name: &str, rest: &str) -> String {
    format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: shop}}\n{rest}")
}

#[test]
fn endless_input_is_stopped_at_the_limit() {
    let limit = "error: cannot read `<stdin>`: larger than the limit of 16 MiB";
    for args in [
        &["ray", "--cluster", "foo", "-f", "-"][..],
        &["ray", "--cluster", "foo", "--patch", "-"],
        &["check", "-"],
        &["chart", "golden/cases/chart/patches/web", "-f", "-"],
    ] {
        let (code, stderr_text) = run(args, io::repeat(b'\n'));
        assert_eq!(code, 2, "{args:?}: {stderr_text}");
        assert!(stderr_text.starts_with(limit), "{args:?}: {stderr_text}");
    }
}

#[cfg(unix)]
#[test]
fn endless_files_are_stopped_at_the_limit() {
    for args in [
        &["ray", "--cluster", "foo", "-f", "/dev/zero"][..],
        &["ray", "--cluster", "foo", "--set-file", "rayImage=/dev/zero"],
        &["ray", "--cluster", "foo", "--patch", "/dev/zero"],
        &["check", "/dev/zero"],
    ] {
        let (code, stderr_text) = run(args, io::empty());
        assert_eq!(code, 2, "{args:?}: {stderr_text}");
        assert!(stderr_text.contains("larger than the limit of 16 MiB"), "{args:?}: {stderr_text}");
    }
}

#[test]
fn many_diagnostics_are_reported_in_time() {
    let broken = text(20_000, |at| config_map(&format!("c{at}"), "dat: {}\n"));
    let (code, stderr_text) = run(&["check", "-"], broken);
    assert_eq!(code, 1, "{stderr_text}");
    assert!(stderr_text.contains("<stdin>:5:1"), "{stderr_text}");
    let unknown = text(20_000, |at| format!("unknown{at}: 1\n"));
    assert_eq!(run(&["ray", "--cluster", "foo", "-f", "-"], unknown).0, 2);
}

#[test]
fn diagnostics_on_one_long_line_are_reported_in_time() {
    let one =
        |at| format!("{{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{{\"name\":\"c{at}\"}},\"dat\":1}}");
    let items = (0..20_000).map(one).collect::<Vec<_>>().join(",");
    let list = format!("{{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{items}]}}");
    assert_eq!(run(&["check", "-"], io::Cursor::new(list)).0, 1);
}

#[test]
fn many_objects_are_compared_in_time() {
    // References to names that do not exist, beside as many that do.
    let references = text(10_000, |at| {
        let binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding";
        let role = format!("roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: role{at}}}");
        let account = format!("---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: account-{at}}}");
        let subject = format!("subjects: [{{kind: ServiceAccount, name: acount{at}, namespace: default}}]");
        format!("---\n{binding}\nmetadata: {{name: b{at}}}\n{role}\n{subject}\n{account}\n")
    });
    assert_eq!(run(&["check", "-", "-o", "json"], references).0, 0);
    // Services that all select all pods.
    let services = text(4_000, |at| {
        let pod = format!("---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{at}, labels: {{app: web}}}}");
        let spec = "spec: {containers: [{name: web, image: 'web:1', ports: [{name: http, containerPort: 80}]}]}";
        let service = format!("---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{at}}}");
        let ports = "spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}";
        format!("{pod}\n{spec}\n{service}\n{ports}\n")
    });
    assert_eq!(run(&["check", "-", "-o", "json"], services).0, 0);
}

#[test]
fn large_objects_are_validated_in_time() {
    let service = |ports: String| {
        let head = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n  ports:\n";
        io::Cursor::new(format!("{head}{ports}"))
    };
    let ports = (1..=60_000).map(|at| format!("  - {{name: p{at}, port: {at}}}\n")).collect();
    assert_eq!(run(&["check", "-", "-o", "json"], service(ports)).0, 0);
    let mounts: String = (0..10_000).map(|at| format!("        - {{name: w{at}, mountPath: /{at}}}\n")).collect();
    let volumes: String = (0..10_000).map(|at| format!("      - {{name: v{at}, emptyDir: {{}}}}\n")).collect();
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n      containers:\n      - name: web\n        image: web:1\n        \
         volumeMounts:\n{mounts}      volumes:\n{volumes}"
    );
    assert_eq!(run(&["check", "-", "-o", "json"], io::Cursor::new(pod)).0, 1);
}

#[test]
fn long_flags_are_read_in_time() {
    let pairs = |one: fn(usize) -> String| (0..8_000).map(one).collect::<Vec<_>>().join(",");
    for (flag, value) in [
        ("--set", pairs(|at| format!("unknown{at}=1"))),
        ("--set", pairs(|at| format!("list[{at}]=1"))),
        ("--set-json", pairs(|at| format!("unknown{at}=1"))),
    ] {
        assert_eq!(run(&["ray", "--cluster", "foo", flag, &value], io::empty()).0, 2);
    }
}

#[test]
fn list_indices_in_flags_are_limited() {
    let lists = (0..300).map(|at| format!("list{at}[65536]=1")).collect::<Vec<_>>().join(",");
    let (code, stderr_text) = run(&["ray", "--cluster", "foo", "--set", &lists], io::empty());
    assert_eq!(code, 2, "{stderr_text}");
    assert!(stderr_text.contains("more than 1000000 list items"), "{stderr_text}");
}
