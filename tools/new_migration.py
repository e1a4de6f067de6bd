"""Write the migration that brings the newest schema on record to the one in schema.py.

    python tools/new_migration.py 0002 "add the jobs"

The result is a draft: read it, then raise HEAD in db/migrate.py.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command

from lazward_server.db import engines, migrate


def main() -> None:
    number, message = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        engine = engines.create(f"sqlite:///{Path(folder) / 'now.db'}")
        with engine.begin() as connection:
            config = migrate.configuration()
            config.attributes["connection"] = connection
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            if any((Path(config.get_main_option("script_location")) / "versions").glob("*.py")):
                command.upgrade(config, "head")
            command.revision(config, message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    main()
