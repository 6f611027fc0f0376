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
fn many_patches_are_applied_in_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let object = |at| {
        let metadata = format!("{{name: c{at:05}, namespace: n{at:05}, labels: {{app: a{at:05}}}}}");
        format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {metadata}\ndata: {{x: '1'}}\n")
    };
    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    let objects: String = (0..12_000).map(object).collect();
    std::fs::write(folder.path().join("templates/all.yaml"), objects).expect("a template");
    let path = folder.path().to_str().expect("UTF-8");
    let args = ["template", path, "web", "--patch", "-"];
    // By label, namespace and pattern.
    let patches = text(6_000, |at| {
        let target = match at % 3 {
            0 => format!("{{labelSelector: app=a{at:05}}}"),
            1 => format!("{{namespace: n{at:05}}}"),
            _ => format!("{{name: 'c{at:05}(-old)?'}}"),
        };
        format!("- {{target: {target}, patch: {{data: {{x: '2'}}}}}}\n")
    });
    let (code, stderr_text) = run(&args, patches);
    assert_eq!(code, 0, "{stderr_text}");
    let without_objects = text(3_000, |at| format!("- {{target: {{name: d{at:05}}}, patch: {{data: {{x: '2'}}}}}}\n"));
    assert_eq!(run(&args, without_objects).0, 2);
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

/// Writes a chart with these files, each with its text, and renders it with values on stdin. Returns the exit code and
/// stderr.
fn render(files: impl IntoIterator<Item = (String, String)>, more: &[&str], values: String) -> (i32, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let chart = ("Chart.yaml".to_owned(), "apiVersion: v2\nname: shop\nversion: 1.0.0\n".to_owned());
    for (path, text) in files.into_iter().chain([chart]) {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let path = folder.path().display().to_string();
    run(&[&["chart", &path, "web", "-f", "-"], more].concat(), io::Cursor::new(values))
}

/// A template of a ConfigMap, with the rest of the object.
fn template(name: &str, rest: &str) -> (String, String) {
    let head = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n");
    (format!("templates/{name}.yaml"), head + rest)
}

#[test]
fn charts_with_many_templates_and_objects_are_rendered_in_time() {
    let helper = ("templates/_name.tpl".to_owned(), "{{ define \"name\" }}{{ .Release.Name }}{{ end }}".to_owned());
    let rest = "data: {name: {{ include \"name\" . }}, size: {{ .Values.size | quote }}}\n";
    let templates = (0..3_000).map(|at| template(&format!("t{at}"), rest)).chain([helper]);
    assert_eq!(render(templates, &[], "size: 1\n".to_owned()), (0, String::new()));
    // Objects of a kind that no CustomResourceDefinition of the chart defines.
    let custom = "{{ range until 20000 }}\n---\napiVersion: example.com/v1\nkind: Size\nmetadata: {name: {{ printf \"s%d\" . }}}\n{{ end }}";
    let custom = ("templates/custom.yaml".to_owned(), custom.to_owned());
    assert_eq!(render([custom], &[], String::new()), (0, String::new()));
}

#[test]
fn charts_with_many_values_are_rendered_in_time() {
    let keys = |name: &str| (0..20_000).map(|at| format!("  {name}{at}: {at}\n")).collect::<String>();
    let defaults = ("values.yaml".to_owned(), format!("sizes:\n{}", keys("size")));
    let range = template(
        "sizes",
        "data:\n{{ range $name, $size := .Values.sizes }}  {{ $name }}: {{ $size | quote }}\n{{ end }}",
    );
    let files = [defaults, range];
    assert_eq!(render(files.clone(), &[], format!("sizes:\n{}", keys("size"))), (0, String::new()));
    let (code, warnings) = render(files, &["--set", "sizes.more=1"], format!("other:\n{}", keys("size")));
    assert!(code == 0 && warnings.contains("nothing reads the value `other`"), "{warnings}");
    let unused = (0..20_000).map(|at| format!("unused{at}: 1\n")).collect();
    let (code, warnings) = render([template("one", "data: {a: b}\n")], &[], unused);
    assert!(code == 0 && warnings.contains("nothing reads the value `unused0`"), "{warnings}");
}

#[test]
fn charts_with_many_subcharts_are_rendered_in_time() {
    let subcharts = (0..1_000).flat_map(|at| {
        let (path, text) =
            template("one", "data: {size: {{ .Values.size | quote }}, all: {{ .Values.global.all | quote }}}\n");
        [
            (format!("charts/s{at}/Chart.yaml"), format!("apiVersion: v2\nname: s{at}\nversion: 1.0.0\n")),
            (format!("charts/s{at}/values.yaml"), "size: 1\nglobal: {}\n".to_owned()),
            (format!("charts/s{at}/{path}"), text.replace("{name: one}", &format!("{{name: s{at}}}"))),
        ]
    });
    let values = (0..1_000).map(|at| format!("s{at}: {{size: 2}}\n")).collect::<String>();
    assert_eq!(render(subcharts, &[], values + "global: {all: 1}\n"), (0, String::new()));
}
