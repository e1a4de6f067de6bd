"""The settings of compute targets that are a Slurm."""

from typing import Annotated

import msgspec

from lazward.wire.ssh import Port

Word = Annotated[str, msgspec.Meta(max_length=500, pattern=r"^[A-Za-z0-9_.,:;=+*/@%&|!()\[\]-]*$(?!\n)")]
"""A value of one of Slurm's options: nothing in it ends a line, begins a comment or quotes."""
Line = Annotated[str, msgspec.Meta(max_length=20_000, pattern=r"^[^\0]*$(?!\n)")]
Place = Annotated[str, msgspec.Meta(max_length=1000, pattern=r"^[^\0\n]*$(?!\n)")]

Login = Annotated[str, msgspec.Meta(max_length=253, pattern=r"^([A-Za-z0-9_:][A-Za-z0-9._:%-]*)?$(?!\n)")]
LoginUser = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[^\s\x00-\x1f]*$(?!\n)")]
LoginKey = Annotated[
    str, msgspec.Meta(max_length=5000, pattern=r"^([a-z0-9@.-]+ [A-Za-z0-9+/=]+( [^\n]*)?)?$(?!\n)")
]
"""As in ``wire.ssh``, or empty."""


class SlurmSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """How jobs of a target are handed to Slurm.

    The first part is options of ``sbatch`` of the same names, with dashes for ``_``; empty for what the
    cluster gives. There are no others: what is not here could take a job out of Lazward's hands.

    Attributes:
        partition: Which machines.
        account: Who pays.
        qos: Quality of service.
        time: How long a job may run, as ``2:00:00`` or ``1-12``; the job's own limit where it has one and
            this is empty.
        mem: Memory of each node, such as ``16G``.
        mem_per_cpu: Memory for each processor, in its place.
        mem_per_gpu: Memory for each graphics processor, in its place.
        cpus_per_task: Processors of each node.
        gres: What else of each node, such as ``gpu:a100:2``.
        gpus_per_node: Graphics processors of each node.
        constraint: Features that a node must have.
        reservation: Out of which reservation.
        nodelist: Nodes that it must have.
        exclude: Nodes that it must not have.
        licenses: Licences that it takes.
        tmp: Room on the node's own disk, such as ``20G``.
        nice: How much other jobs go first.
        exclusive: Whether a node is for one job alone.
        most_jobs: How many jobs Slurm is handed at once; more wait here.
        setup: Lines of shell that run first on the node, such as ``module load cuda/12``.
        python: The nodes' interpreter, 3.10 or newer; empty for ``python3``.
        folder: A folder that the nodes and the machine that submits share, below the home where it is
            relative: for tokens on their way, what launchers print, and programs that are brought along.
        login: The machine with Slurm's programs, reached over SSH; empty for our own. The secrets are
            ``private_key``, ``passphrase`` of that key, and ``password``.
        login_port: Where its sshd listens.
        login_user: Whom the server signs in as there, and jobs run as.
        login_host_key: The key that it must show, as ``known_hosts`` has it: ``ssh-ed25519 AAAA...``.
        work: The folder on the nodes in which jobs have theirs; empty for one of the user's below
            ``$TMPDIR``.
    """

    partition: Word = ""
    account: Word = ""
    qos: Word = ""
    time: Word = ""
    mem: Word = ""
    mem_per_cpu: Word = ""
    mem_per_gpu: Word = ""
    cpus_per_task: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = None
    gres: Word = ""
    gpus_per_node: Word = ""
    constraint: Word = ""
    reservation: Word = ""
    nodelist: Word = ""
    exclude: Word = ""
    licenses: Word = ""
    tmp: Word = ""
    nice: Annotated[int, msgspec.Meta(ge=0, le=10**9)] | None = None
    exclusive: bool = False
    most_jobs: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 500
    setup: Line = ""
    python: Place = ""
    folder: Place = ".lazward"
    login: Login = ""
    login_port: Port = 22
    login_user: LoginUser = ""
    login_host_key: LoginKey = ""
    work: Place = ""
