"""The messages of the protocol as classes, made from the descriptors that _descriptors.py holds.

A pool of our own: a plugin may use Protocol Buffers for itself, in whatever versions.
"""
from google.protobuf import descriptor_pool, message_factory

from . import _descriptors

_pool = descriptor_pool.DescriptorPool()
for _file in _descriptors.FILES:
    _pool.AddSerializedFile(_file)

if hasattr(message_factory, "GetMessageClass"):  # protobuf 4.22 and later

    def _message(name: str):
        return message_factory.GetMessageClass(_pool.FindMessageTypeByName(name))

else:
    _factory = message_factory.MessageFactory(_pool)

    def _message(name: str):
        return _factory.GetPrototype(_pool.FindMessageTypeByName(name))


def _own(name: str):
    return _message("dougong.plugin.v1." + name)


Payload = _own("Payload")
Error = _own("Error")
DescribeRequest = _own("DescribeRequest")
DescribeResponse = _own("DescribeResponse")
Capability = _own("Capability")
ConfigureRequest = _own("ConfigureRequest")
ConfigureResponse = _own("ConfigureResponse")
CallRequest = _own("CallRequest")
CallResponse = _own("CallResponse")
HealthRequest = _own("HealthRequest")
HealthResponse = _own("HealthResponse")
ShutdownRequest = _own("ShutdownRequest")
ShutdownResponse = _own("ShutdownResponse")
ServiceRequest = _own("ServiceRequest")
ServiceResponse = _own("ServiceResponse")
EmitRequest = _own("EmitRequest")
EmitResponse = _own("EmitResponse")
LogRequest = _own("LogRequest")
LogResponse = _own("LogResponse")

ConnInfo = _message("plugin.ConnInfo")
ControllerEmpty = _message("plugin.Empty")
StdioData = _message("plugin.StdioData")
Empty = _message("google.protobuf.Empty")
HealthCheckRequest = _message("grpc.health.v1.HealthCheckRequest")
HealthCheckResponse = _message("grpc.health.v1.HealthCheckResponse")
