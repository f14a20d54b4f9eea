"""A web host that takes SFTP, on loopback."""

import asyncio
import threading

import asyncssh


class Host:
    """A real SFTP server on loopback, as a web host runs one: `host.folder` is what it serves."""

    def __init__(self, folder, password="right horse", keys=()):
        self.folder, self.password, self.keys = folder, password, list(keys)
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.has_posix_rename = True
        self.passwords_seen = []
        self.is_stopped = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._listening = self._do(self._listen())
        self.port = self._listening.get_port()

    @property
    def fingerprint(self):
        return self.key.get_fingerprint()

    def stop(self):
        """Cut it off."""
        self.is_stopped = True
        self._listening.close()
        self._do(self._listening.wait_closed())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, what):
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    async def _listen(self):
        host = self

        class Door(asyncssh.SSHServer):
            def begin_auth(self, username):
                return True

            def password_auth_supported(self):
                return True

            def validate_password(self, username, password):
                host.passwords_seen.append(password)
                return username == "surgery" and password == host.password

            def public_key_auth_supported(self):
                return True

            def validate_public_key(self, username, key):
                return username == "surgery" and key.export_public_key().decode().split()[1] in [
                    each.split()[1] for each in host.keys
                ]

        class Files(asyncssh.SFTPServer):
            def __init__(self, channel):
                super().__init__(channel, chroot=str(host.folder))

            def posix_rename(self, old, new):
                if not host.has_posix_rename:
                    raise asyncssh.SFTPOpUnsupported("not here")
                super().posix_rename(old, new)

        return await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[self.key], server_factory=Door, sftp_factory=Files
        )
