"""Validates runtime environments with Ray's own class. Standard input has one text per line, as JSON."""
import json, sys, yaml
from ray.runtime_env import RuntimeEnv

for line in sys.stdin:
    print(json.dumps(sorted(RuntimeEnv(**yaml.safe_load(json.loads(line))))))
