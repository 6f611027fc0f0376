//! Estimates of nested macros; those of whole schemas are with the rules of CustomResourceDefinitions.

use super::*;

fn list(most: u64, items: Shape) -> Shape {
    Shape { most, least: 2, kind: ShapeKind::List(Box::new(items)) }
}

#[test]
fn nested_macros_multiply() {
    let texts = list(1000, Shape { most: 40, least: 2, kind: ShapeKind::Plain });
    let itself = Shape { most: 0, least: 2, kind: ShapeKind::Object([("l".to_owned(), texts)].into()) };
    let environment = Environment::schema(&Type::object([("l", Type::list(Type::String))]));
    let cost = |text: &str| most(text, &environment, &itself);
    assert_eq!(cost("self.l.all(x, x == 'a')"), 2 + 1 + 1000 * (3 + 2));
    assert_eq!(cost("self.l.all(x, self.l.all(y, x == y))"), 2 + 1 + 1000 * (3 + 2 + 1 + 1000 * (3 + 6)));
    assert_eq!(cost("self.l.("), 0);
}

#[test]
fn long_chains_are_estimated_in_time() {
    let itself = list(10, Shape::default());
    let environment = Environment::schema(&Type::list(Type::Int));
    for step in [".filter(x, x > 1)", ".sortBy(x, x)", ".map(x, x)"] {
        let text = format!("self{}.size() == 0", step.repeat(60));
        assert!(most(&text, &environment, &itself) > 0, "{step}");
    }
    for (first, step) in [("self", "[0]"), ("self.size()", " + 1"), ("self", ".filter(x, true)"), ("self", ".a")] {
        let text = format!("{first}{} == 0", step.repeat(490));
        most(&text, &environment, &itself);
    }
    let deep = format!("{}true{}", "self.all(x, ".repeat(90), ")".repeat(90));
    assert!(most(&deep, &environment, &itself) > 0);
    let text = format!("optional.of(self){}.hasValue()", ".optMap(x, x)".repeat(60));
    assert!(most(&text, &environment, &itself) > 0);
}
