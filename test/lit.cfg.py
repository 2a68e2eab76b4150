# Configuration of lit, the test runner. One parameter changes how every test is run:
#   lit -Dpartita_roundtrip=text|bytecode   partita-opt also round-trips each module it reads
import os

import lit.formats

config.name = "Partita"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".mlir", ".test", ".py"]
config.excludes = ["Unit", "lit.cfg.py", "Inputs", "golden", "Fuzz"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.partita_binary_dir, "test")

config.environment["PATH"] = os.pathsep.join(
    [
        os.path.join(config.partita_binary_dir, "bin"),
        config.llvm_tools_dir,
        config.environment["PATH"],
    ]
)
config.environment["FILECHECK_OPTS"] = "-enable-var-scope --allow-unused-prefixes=false"
