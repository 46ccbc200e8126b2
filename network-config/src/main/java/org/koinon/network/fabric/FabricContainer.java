package org.koinon.network.fabric;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.federation.study.MemberId;

/**
 * A node of a Fabric network as a container engine sees it. Paths that are texts are in the
 * container; all else that the node needs is in its image.
 *
 * @param kind what runs in it
 * @param name its host name, unique in the network; a label of DNS
 * @param member who runs it
 * @param command what is started
 * @param environment variables of it; no secrets
 * @param ports that others dial
 * @param identity its keys and certificates
 * @param files path to text of what configures it; no secrets
 * @param secrets path to text of what configures it and holds a key
 * @param check a command that ends with 0 while the node serves
 * @param data paths that must outlive the container
 */
public record FabricContainer(
    Kind kind,
    String name,
    MemberId member,
    List<String> command,
    SortedMap<String, String> environment,
    List<Port> ports,
    Identity identity,
    SortedMap<String, String> files,
    SortedMap<String, String> secrets,
    List<String> check,
    List<String> data) {
  /** Where a container finds the chaincode's jar, {@code chaincode.jar}. */
  public static final String CHAINCODE_FOLDER = "/koinon/chaincode";

  /** What runs in a container. */
  public enum Kind {
    /** Orders entries. */
    ORDERER,
    /** A hospital's peer. */
    PEER,
    /** A hospital's chaincode. */
    CHAINCODE
  }

  /**
   * A port that others dial.
   *
   * @param name what it is for
   * @param number of it, inside and outside
   * @param reach who outside needs it
   */
  public record Port(String name, int number, Reach reach) {}

  /** Who dials a port from outside the containers' own network. */
  public enum Reach {
    /** Nobody. */
    NOBODY,
    /** Programs on the machine that runs the containers. */
    MACHINE,
    /** Other machines too. */
    EVERYBODY
  }

  /**
   * Keys and certificates of a node.
   *
   * @param source their folder here
   * @param target their folder in the container
   */
  public record Identity(Path source, String target) {}

  /** Copies its collections. */
  public FabricContainer {
    command = List.copyOf(command);
    environment = new TreeMap<>(environment);
    ports = List.copyOf(ports);
    files = new TreeMap<>(files);
    secrets = new TreeMap<>(secrets);
    check = List.copyOf(check);
    data = List.copyOf(data);
  }

  @Override
  public String toString() {
    return kind + " " + name;
  }
}
