"""Logs through a spool, without MLflow: ``spooling.py SERVER RUN_ID NOTES COUNT [OPTIONS]``.

Point i has i as step, value and time. After each call the file NOTES gets the number of points so far.

--pause SECONDS   waits after each point
--hang            waits at the end instead of ending
--end             ends the run last
--tag             sets the tag ``latest`` after each point
"""

import os
import sys
import time

from lazward.client import uri
from lazward.spool import process
from lazward.spool.record import Kind

server, run_id, notes, count, *options = sys.argv[1:]
pause = float(options[options.index("--pause") + 1]) if "--pause" in options else 0
process.close_at_exit()
spool = process.spool(uri.parse(server + "/workspaces/default"))
handle = os.open(notes, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
for step in range(int(count)):
    content = f'{{"key":"m","value":{step},"timestamp":{step},"step":{step}}}'.encode()
    spool.append(Kind.POINT, run_id, 1, content)
    os.write(handle, f"{step + 1}\n".encode())
    if "--tag" in options:
        spool.append(Kind.TAG, run_id, 1, f'{{"key":"latest","value":"{step}"}}'.encode())
    if pause:
        time.sleep(pause)
if "--end" in options:
    spool.append(Kind.UPDATE, run_id, 1, b'{"status":"FINISHED","end_time":5}')
while "--hang" in options:
    time.sleep(1)
